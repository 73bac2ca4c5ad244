package io.octant.quantization.mapform;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads one map of a configuration key by key. JSON's null counts as absent. {@link #of} refuses
 * keys that the reader was not told of.
 */
public final class MapReader {
  private final String owner;
  private final Map<?, ?> map;

  private MapReader(String owner, Map<?, ?> map) {
    this.owner = owner;
    this.map = map;
  }

  /**
   * Opens a map.
   *
   * @param owner what the map describes, named in errors
   * @param valid every key that the map may have
   * @throws ConfigurationException if the value is no map or has another key
   */
  public static MapReader of(String owner, @Nullable Object value, List<String> valid) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new ConfigurationException(
          "Cannot read " + owner + ": " + value + ", expected a map of " + valid);
    }
    for (Object key : map.keySet()) {
      if (!(key instanceof String name) || !valid.contains(name)) {
        throw new ConfigurationException(
            "Cannot read "
                + owner
                + ": unknown key '"
                + key
                + "', expected '"
                + NearestKey.to(String.valueOf(key), valid)
                + "' or another of "
                + new TreeSet<>(valid));
      }
    }
    return new MapReader(owner, map);
  }

  public boolean has(String key) {
    return map.get(key) != null;
  }

  /** A raw value, null if absent. */
  public @Nullable Object find(String key) {
    return map.get(key);
  }

  /**
   * A value that must be there.
   *
   * @throws ConfigurationException if it is absent
   */
  public Object require(String key) {
    Object value = map.get(key);
    if (value == null) {
      throw new ConfigurationException(
          "Cannot read " + owner + ": " + map.keySet() + ", expected a key '" + key + "'");
    }
    return value;
  }

  public Optional<String> text(String key) {
    return typed(key, "a string", v -> v instanceof String s ? s : null);
  }

  public Optional<Double> number(String key) {
    return typed(key, "a number", v -> v instanceof Number n ? n.doubleValue() : null);
  }

  public boolean flag(String key) {
    return typed(key, "a boolean", v -> v instanceof Boolean b ? b : null).orElse(false);
  }

  /** A list, empty if absent. */
  public List<?> list(String key) {
    return this.<List<?>>typed(key, "a list", v -> v instanceof List<?> l ? l : null)
        .orElse(List.of());
  }

  /** A map with free keys, empty if absent. */
  public Map<?, ?> map(String key) {
    return this.<Map<?, ?>>typed(key, "a map", v -> v instanceof Map<?, ?> m ? m : null)
        .orElse(Map.of());
  }

  /** A list of strings, empty if absent. */
  public List<String> texts(String key) {
    return list(key).stream().map(v -> cast(key, v, String.class)).toList();
  }

  /** A list of integers, empty if absent. */
  public List<Integer> integers(String key) {
    return list(key).stream().map(v -> cast(key, v, Number.class).intValue()).toList();
  }

  /**
   * Rows of a list of lists.
   *
   * @throws ConfigurationException if a row has not as many entries as {@code columns}
   */
  public List<List<?>> rows(String key, int columns) {
    return list(key).stream()
        .<List<?>>map(
            row -> {
              if (row instanceof List<?> l && l.size() == columns) {
                return l;
              }
              throw new ConfigurationException(
                  "Cannot read "
                      + owner
                      + ": "
                      + key
                      + " has "
                      + row
                      + ", expected a list of "
                      + columns
                      + " entries");
            })
        .toList();
  }

  private <T> T cast(String key, @Nullable Object value, Class<T> type) {
    if (type.isInstance(value)) {
      return type.cast(value);
    }
    throw new ConfigurationException(
        "Cannot read "
            + owner
            + ": "
            + key
            + " has "
            + value
            + ", expected a "
            + type.getSimpleName());
  }

  private <T> Optional<T> typed(
      String key, String expected, Function<Object, @Nullable T> convert) {
    Object value = map.get(key);
    if (value == null) {
      return Optional.empty();
    }
    T converted = convert.apply(value);
    if (converted == null) {
      throw new ConfigurationException(
          "Cannot read " + owner + ": " + key + "=" + value + ", expected " + expected);
    }
    return Optional.of(converted);
  }
}
