package io.octant.jobs.config;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The column of a model input; the input is {@code value · scale + offset}.
 *
 * @param column its name; empty for the name of the input
 * @param type what the bytes of a binary column are; empty for the type of the input
 * @param scale not zero
 */
public record ColumnConfig(
    Optional<String> column, Optional<Type> type, double scale, double offset) {

  static final String DESCRIPTION =
      "a column, or an object with any of column, type, scale, offset";

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
    return new ColumnConfig(Optional.of(column), Optional.empty(), 1, 0);
  }

  static Optional<ColumnConfig> read(ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      return Kind.text().reader().apply(value).map(ColumnConfig::of);
    }
    if (!KEYS.containsAll(object.keySet())) {
      return Optional.empty();
    }
    Map<String, ConfigValue> entries = object;
    Optional<String> column = part(entries, "column", Kind.text());
    Optional<Type> type = part(entries, "type", Kind.choice(Type.class));
    Optional<Double> scale = part(entries, "scale", Kind.number(-1e300, 1e300));
    Optional<Double> offset = part(entries, "offset", Kind.number(-1e300, 1e300));
    long read =
        java.util.stream.Stream.of(column, type, scale, offset).filter(Optional::isPresent).count();
    if (read != object.size() || scale.filter(s -> s == 0).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(new ColumnConfig(column, type, scale.orElse(1.), offset.orElse(0.)));
  }

  private static <T> Optional<T> part(Map<String, ConfigValue> entries, String name, Kind<T> kind) {
    return Optional.ofNullable(entries.get(name)).flatMap(kind.reader());
  }
}
