package io.octant.quantization.mapform;

import io.octant.NearestNames;
import io.octant.OctantException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one map of a configuration key by key. JSON's null counts as absent. {@link #of} refuses
 * keys that the reader was not told of.
 *
 * <p>No PyTorch counterpart: its {@code from_dict} methods ignore unknown keys.
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
                + NearestNames.one(String.valueOf(key), valid)
                + "' or another of "
                + new TreeSet<>(valid));
      }
    }
    return new MapReader(owner, map);
  }

  /** Whether a key has a value. */
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

  /**
   * A string, empty if absent.
   *
   * @throws ConfigurationException naming the key if it is something else
   */
  public Optional<String> text(String key) {
    return typed(key, "a string", v -> v instanceof String s ? s : null);
  }

  /**
   * A number, empty if absent.
   *
   * @throws ConfigurationException naming the key if it is something else
   */
  public Optional<Double> number(String key) {
    return typed(key, "a number", v -> v instanceof Number n ? n.doubleValue() : null);
  }

  /**
   * A boolean, false if absent.
   *
   * @throws ConfigurationException naming the key if it is something else
   */
  public boolean flag(String key) {
    return typed(key, "a boolean", v -> v instanceof Boolean b ? b : null).orElse(false);
  }

  /** A list, empty if absent. */
  public List<?> list(String key) {
    return this.<List<?>>typed(key, "a list", v -> v instanceof List<?> l ? l : null)
        .orElse(List.of());
  }

  /**
   * Reads the values of a map with free keys, empty if absent.
   *
   * @param read called on each; what it refuses is refused with both keys before it
   */
  public <T> Map<String, T> entries(String key, Function<@Nullable Object, T> read) {
    Map<?, ?> free =
        this.<Map<?, ?>>typed(key, "a map", v -> v instanceof Map<?, ?> m ? m : null)
            .orElse(Map.of());
    Map<String, T> out = new LinkedHashMap<>();
    free.forEach((k, v) -> out.put(Scalars.text(k), at(key + "." + k, () -> read.apply(v))));
    return out;
  }

  /** A list of strings, empty if absent. */
  public List<String> texts(String key) {
    return each(key, Scalars::text);
  }

  /** A list of integers, empty if absent. */
  public List<Integer> integers(String key) {
    return each(key, Scalars::integer);
  }

  /**
   * Reads the value of a key, if it is there.
   *
   * @param read called on the value; what it refuses is refused with the key before it
   */
  public <T> Optional<T> value(String key, Function<Object, T> read) {
    Object value = map.get(key);
    return value == null ? Optional.empty() : Optional.of(at(key, () -> read.apply(value)));
  }

  /**
   * Reads the value of a key that must be there.
   *
   * @param read as for {@link #value}
   */
  public <T> T require(String key, Function<Object, T> read) {
    Object value = require(key);
    return at(key, () -> read.apply(value));
  }

  /**
   * Reads the elements of a list.
   *
   * @param read called on each; what it refuses is refused with key and position before it
   */
  public <T> List<T> each(String key, Function<@Nullable Object, T> read) {
    List<T> out = new ArrayList<>();
    for (Object element : list(key)) {
      out.add(at(key + "[" + out.size() + "]", () -> read.apply(element)));
    }
    return List.copyOf(out);
  }

  /**
   * Reads a table: a list of rows, each of {@code columns} entries, in their order.
   *
   * @param rowKey reads what a row is found by
   * @param rowValue reads what is found
   * @throws ConfigurationException if a row has not as many entries, or two have one key
   */
  public <K, V> Map<K, V> table(
      String key, int columns, Function<List<?>, K> rowKey, Function<List<?>, V> rowValue) {
    Map<K, V> out = new LinkedHashMap<>();
    each(
        key,
        element -> {
          if (!(element instanceof List<?> row) || row.size() != columns) {
            throw new ConfigurationException(
                element + ", expected a list of " + columns + " entries");
          }
          K found = rowKey.apply(row);
          if (out.put(found, rowValue.apply(row)) != null) {
            throw new ConfigurationException(row.get(0) + " is there already, expected it once");
          }
          return found;
        });
    return out;
  }

  private <T> T at(String place, Supplier<T> read) {
    try {
      return read.get();
    } catch (OctantException e) {
      throw new ConfigurationException(
          "Cannot read " + owner + ": " + (place.isEmpty() ? "''" : place) + ": " + e.getMessage(),
          e);
    }
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
