package io.octant.jobs.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.octant.pipeline.data.preprocess.Channels;
import io.octant.pipeline.data.preprocess.Crop;
import io.octant.pipeline.data.preprocess.Interpolation;
import io.octant.pipeline.data.preprocess.Layout;
import io.octant.pipeline.data.preprocess.Normalize;
import io.octant.pipeline.data.preprocess.Orientation;
import io.octant.pipeline.data.preprocess.PictureSteps;
import io.octant.pipeline.data.preprocess.Resize;
import io.octant.pipeline.data.preprocess.Square;
import io.octant.pipeline.data.preprocess.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads how the pictures of a column are prepared. */
final class PictureKeys {
  /** Keys of which a column of pictures has one or more: what its steps start from. */
  static final List<String> STARTS = List.of("decode", "preset", "preprocess");

  static final Set<String> STEPS =
      Set.of("stored", "orientation", "resize", "crop", "normalize", "layout");

  static final Kind<Integer> SIDE = Kind.wholeNumber(1, 1 << 15);

  static final Kind<Crop> CROP =
      kind("a size, or an object with height and width", PictureKeys::crop);

  private PictureKeys() {}

  /** Whether a column is one of pictures. */
  static boolean areIn(Parts parts) {
    return STARTS.stream().anyMatch(parts::has);
  }

  /** What a column with one of {@link #STARTS} does with its pictures. */
  static PictureBase read(Parts parts) {
    if (parts.has("preset") && parts.has("preprocess")) {
      throw parts.refused("preset", "preset or preprocess, not both");
    }
    Optional<Channels> decode = parts.find("decode", Kind.choice(Channels.class));
    PictureBase base =
        parts
            .find("preset", Kind.choice(PictureBase.Preset.class))
            .map(PictureBase.Preset::base)
            .or(() -> parts.find("preprocess", PROCESSOR))
            .orElseGet(() -> PictureBase.plain(decode.orElse(Channels.RGB)));
    PictureSteps from = base.steps();
    Channels channels = decode.orElse(from.channels());
    Optional<Normalize> own =
        parts.find("normalize", kind("an object with mean and std", PictureKeys::normalize));
    List<Normalize> normalize = own.map(List::of).orElse(from.normalize());
    if (own.isEmpty() && channels != from.channels() && !normalize.isEmpty()) {
      throw parts.refused("decode", "normalize beside it, as the other means are those of RGB");
    } else if (normalize.stream().anyMatch(n -> n.mean().size() != channels.count())) {
      throw parts.refused("normalize", channels.count() + " numbers each in mean and std");
    }
    return new PictureBase(
        new PictureSteps(
            parts.find("stored", Kind.choice(Stored.class)).orElse(from.stored()),
            channels,
            parts.find("orientation", Kind.choice(Orientation.class)).orElse(from.orientation()),
            parts.find("pad", PAD).map(pad -> square(parts, pad, channels)).orElse(from.square()),
            parts.find("resize", RESIZE).map(List::of).orElse(from.resize()),
            parts.find("crop", CROP).map(List::of).orElse(from.crop()),
            normalize,
            parts.find("layout", Kind.choice(Layout.class)).orElse(from.layout())),
        base.scale());
  }

  private static final Kind<Resize> RESIZE =
      kind(
          "a size of the shorter side, or an object with size or height and width, and"
              + " interpolation",
          PictureKeys::resize);

  private static final Kind<List<Integer>> COLOR =
      kind("a whole number from 0 to 255, or a list with one for each channel", PictureKeys::color);

  private static final Kind<List<Integer>> PAD =
      kind("square, or an object with to = square and value", PictureKeys::pad);

  private static final Kind<PictureBase> PROCESSOR =
      kind("a path", value -> Kind.path().reader().apply(value).map(ProcessorFile::read));

  /** A list of numbers. */
  static Kind<List<Double>> numbers() {
    return kind("a list of numbers", PictureKeys::numbers);
  }

  private static <T> Kind<T> kind(
      String description, java.util.function.Function<ConfigValue, Optional<T>> reader) {
    return new Kind<>(description, Kind.Syntax.HOCON, reader);
  }

  private static Optional<Resize> resize(ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      return SIDE.reader().apply(value).map(n -> Resize.shorter(n, Interpolation.BILINEAR));
    }
    Parts parts = Parts.of(object, Set.of("size", "height", "width", "interpolation"));
    Interpolation interpolation =
        parts
            .find("interpolation", Kind.choice(Interpolation.class))
            .orElse(Interpolation.BILINEAR);
    if (parts.has("size") == (parts.has("height") || parts.has("width"))) {
      return Optional.empty();
    }
    return Optional.of(
        parts.has("size")
            ? Resize.shorter(parts.require("size", SIDE), interpolation)
            : new Resize(
                parts.require("height", SIDE), parts.require("width", SIDE), interpolation));
  }

  /** The values beside a square: none for black, one for all channels, or one for each. */
  private static Optional<List<Integer>> pad(ConfigValue value) {
    Kind<String> square = Kind.oneOf(List.of("square"));
    if (!(value instanceof ConfigObject object)) {
      return square.reader().apply(value).map(to -> List.of());
    }
    Parts parts = Parts.of(object, Set.of("to", "value"));
    parts.require("to", square);
    return Optional.of(parts.find("value", COLOR).orElse(List.of()));
  }

  private static Optional<List<Integer>> color(ConfigValue value) {
    Kind<Integer> sample = Kind.wholeNumber(0, 255);
    if (!(value instanceof ConfigList list)) {
      return sample.reader().apply(value).map(List::of);
    }
    List<Integer> values = new ArrayList<>();
    for (ConfigValue item : list) {
      sample.reader().apply(item).ifPresent(values::add);
    }
    return values.size() == list.size() && !values.isEmpty()
        ? Optional.of(values)
        : Optional.empty();
  }

  private static List<Square> square(Parts parts, List<Integer> color, Channels channels) {
    if (color.size() > 1 && color.size() != channels.count()) {
      throw parts.refused("pad", "one value, or " + channels.count());
    }
    List<Integer> all = new ArrayList<>();
    for (int c = 0; c < channels.count(); c++) {
      all.add(color.isEmpty() ? 0 : color.get(color.size() == 1 ? 0 : c));
    }
    return List.of(new Square(all));
  }

  private static Optional<Crop> crop(ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      return SIDE.reader().apply(value).map(n -> new Crop(n, n));
    }
    Parts parts = Parts.of(object, Set.of("height", "width"));
    return Optional.of(new Crop(parts.require("height", SIDE), parts.require("width", SIDE)));
  }

  private static Optional<Normalize> normalize(ConfigValue value) {
    return value instanceof ConfigObject object
        ? Optional.of(normalize(Parts.of(object, Set.of("mean", "std")), "mean", "std"))
        : Optional.empty();
  }

  /** Reads two lists of equal length. */
  static Normalize normalize(Parts parts, String mean, String std) {
    List<Double> means = parts.require(mean, numbers());
    List<Double> deviations = parts.require(std, numbers());
    if (deviations.isEmpty() || deviations.contains(0.) || deviations.size() != means.size()) {
      throw parts.refused(std, "numbers other than 0, as many as in " + mean);
    }
    return new Normalize(means, deviations);
  }

  /** The same for RGB. */
  static Normalize normalizeRgb(Parts parts, String mean, String std) {
    Normalize normalize = normalize(parts, mean, std);
    if (normalize.mean().size() != 3) {
      throw parts.refused(mean, "3 numbers");
    }
    return normalize;
  }

  private static Optional<List<Double>> numbers(ConfigValue value) {
    if (!(value instanceof ConfigList list)) {
      return Optional.empty();
    }
    List<Double> numbers = new ArrayList<>();
    for (ConfigValue item : list) {
      Kind.number(-1e300, 1e300).reader().apply(item).ifPresent(numbers::add);
    }
    return numbers.size() == list.size() ? Optional.of(numbers) : Optional.empty();
  }
}
