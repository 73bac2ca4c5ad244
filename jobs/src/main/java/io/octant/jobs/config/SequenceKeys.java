package io.octant.jobs.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.octant.pipeline.data.preprocess.SequenceSteps;
import io.octant.pipeline.data.preprocess.Side;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads how lists of different lengths become as long as the input. */
final class SequenceKeys {
  static final List<String> KEYS = List.of("pad", "truncate", "axis");

  private static final Kind<Double> VALUE = Kind.number(-1e300, 1e300);

  private static final Kind<SequenceSteps.Pad> PAD =
      new Kind<>(
          "a number, or an object with value and side", Kind.Syntax.HOCON, SequenceKeys::pad);

  private SequenceKeys() {}

  static boolean areIn(Parts parts) {
    return KEYS.stream().anyMatch(parts::has);
  }

  static SequenceSteps read(Parts parts) {
    List<SequenceSteps.Pad> pad = parts.find("pad", PAD).stream().toList();
    List<Side> truncate = parts.find("truncate", Kind.choice(Side.class)).stream().toList();
    if (pad.isEmpty() && truncate.isEmpty()) {
      throw parts.refused("axis", "pad or truncate beside it");
    }
    return new SequenceSteps(
        parts.find("axis", Kind.wholeNumber(0, 64)).orElse(SequenceSteps.ONLY), pad, truncate);
  }

  private static Optional<SequenceSteps.Pad> pad(ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      return VALUE.reader().apply(value).map(v -> new SequenceSteps.Pad(v, Side.RIGHT));
    }
    Parts parts = Parts.of(object, Set.of("value", "side"));
    return Optional.of(
        new SequenceSteps.Pad(
            parts.find("value", VALUE).orElse(0.),
            parts.find("side", Kind.choice(Side.class)).orElse(Side.RIGHT)));
  }
}
