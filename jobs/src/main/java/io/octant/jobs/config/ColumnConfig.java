package io.octant.jobs.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.octant.pipeline.data.preprocess.Preprocessing;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The column of a model input; the input is {@code value · scale + offset}.
 *
 * @param column its name; empty for the name of the input
 * @param type what the bytes of a binary column are; empty for the type of the input
 * @param scale not zero
 * @param preprocessing how its values become elements, if they are none
 */
public record ColumnConfig(
    Optional<String> column,
    Optional<Type> type,
    double scale,
    double offset,
    Optional<Preprocessing> preprocessing) {

  static final String DESCRIPTION =
      "a column, or an object with any of column, type, scale, offset, pad, truncate, axis, and decode, preset or"
          + " preprocess with steps of pictures, or tokenizer and output with pair and truncation";

  private static final Set<String> KEYS = Set.of("column", "type", "scale", "offset");

  /** Types of the elements in a binary column. */
  public enum Type {
    UINT8,
    INT8,
    UINT16,
    INT16,
    INT32,
    INT64,
    FLOAT32,
    FLOAT64,
    BOOL;

    /** Its name in PyTorch. */
    public String torchName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A column whose values are the input's. */
  static ColumnConfig of(String column) {
    return new ColumnConfig(Optional.of(column), Optional.empty(), 1, 0, Optional.empty());
  }

  /**
   * @throws Misread if a part of an object is wrong
   */
  static Optional<ColumnConfig> read(ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      return Kind.text().reader().apply(value).map(ColumnConfig::of);
    }
    Set<String> known = new HashSet<>(KEYS);
    known.addAll(PictureKeys.STARTS);
    known.addAll(PictureKeys.STEPS);
    known.addAll(TextKeys.KEYS);
    known.addAll(SequenceKeys.KEYS);
    Parts parts = Parts.of(object, known);
    Optional<PictureBase> pictures =
        PictureKeys.areIn(parts) ? Optional.of(PictureKeys.read(parts)) : Optional.empty();
    Optional<Preprocessing> text =
        parts.has("tokenizer") ? Optional.of(TextKeys.read(parts)) : Optional.empty();
    refuse(parts, pictures.isPresent(), text.isPresent());
    Optional<Preprocessing> sequence =
        pictures.isEmpty() && text.isEmpty() && SequenceKeys.areIn(parts)
            ? Optional.of(SequenceKeys.read(parts))
            : Optional.empty();
    double scale =
        parts
            .find("scale", Kind.number(-1e300, 1e300))
            .orElse(pictures.map(PictureBase::scale).orElse(1.));
    if (scale == 0) {
      throw parts.refused("scale", "a number other than 0");
    }
    return Optional.of(
        new ColumnConfig(
            parts.find("column", Kind.text()),
            parts.find("type", Kind.choice(Type.class)),
            scale,
            parts.find("offset", Kind.number(-1e300, 1e300)).orElse(0.),
            text.or(() -> pictures.map(PictureBase::steps)).or(() -> sequence)));
  }

  /** What means nothing beside the other parts. */
  private static void refuse(Parts parts, boolean pictures, boolean text) {
    if (pictures && text) {
      throw parts.refused("tokenizer", "texts or pictures, not both");
    }
    for (String number : List.of("type", "scale", "offset")) {
      if (parts.has(number) && (text || (pictures && number.equals("type")))) {
        throw parts.refused(number, "no " + number + " beside " + (text ? "texts" : "pictures"));
      }
    }
    for (String key : SequenceKeys.KEYS) {
      if (parts.has(key) && (text || (pictures && !key.equals("pad")))) {
        throw parts.refused(key, "no " + key + " beside " + (text ? "texts" : "pictures"));
      }
    }
    for (String key : TextKeys.KEYS) {
      if (!text && parts.has(key)) {
        throw parts.refused(key, "tokenizer beside it: it is of texts");
      }
    }
    for (String step : PictureKeys.STEPS.stream().sorted().toList()) {
      if (!pictures && parts.has(step)) {
        throw parts.refused(
            step,
            "one of "
                + String.join(", ", PictureKeys.STARTS)
                + " beside it: it is a step of pictures");
      }
    }
  }
}
