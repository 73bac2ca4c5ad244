package io.octant.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The universe of argument values, and walks over it.
 *
 * <p>A value is one of: {@link Node} (in graphs only), {@link io.octant.tensor.Tensor}, {@link
 * None}, {@link Long} (int), {@link Double} (float), {@link Boolean}, {@link String}, {@link
 * io.octant.tensor.DType}, {@link io.octant.tensor.QScheme}, {@link io.octant.tensor.Shape}
 * (torch.Size, run time only), {@link MemoryFormat}, {@link Slice}, {@link Ellipsis}, {@link List}
 * (list), {@link Tuple}, {@link Map} (dict, in insertion order), or an opaque object that a module
 * made (a packed weight, say). Never null.
 */
public final class Arguments {
  private Arguments() {}

  /**
   * Brings Java numbers and arrays into the universe: int to long, float to double, arrays to
   * lists.
   */
  public static Object normalize(Object value) {
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof Float f) {
      return (double) f;
    }
    if (value instanceof int[] ints) {
      List<Object> out = new ArrayList<>();
      for (int i : ints) {
        out.add((long) i);
      }
      return List.copyOf(out);
    }
    return map(value, n -> n);
  }

  /** Rebuilds a value with every node replaced; scalars inside are normalized on the way. */
  public static Object map(Object value, Function<Node, ?> replace) {
    return map(value, Node.class, replace);
  }

  /**
   * Rebuilds a value with everything of one type inside it replaced, depth first, left to right;
   * scalars are normalized on the way.
   */
  public static <T> Object map(Object value, Class<T> type, Function<? super T, ?> replace) {
    if (type.isInstance(value)) {
      return replace.apply(type.cast(value));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(v -> map(v, type, replace)).toList();
    }
    if (value instanceof Tuple t) {
      return new Tuple(t.items().stream().map(v -> map(v, type, replace)).toList());
    }
    if (value instanceof Map<?, ?> dict) {
      return mapValues(dict, type, replace);
    }
    if (value instanceof Slice s) {
      return new Slice(
          map(s.start(), type, replace),
          map(s.stop(), type, replace),
          map(s.step(), type, replace));
    }
    if (value instanceof Integer i) {
      return i.longValue();
    }
    if (value instanceof Float f) {
      return f.doubleValue();
    }
    return value;
  }

  /** {@link #map} on every value of a dictionary, whose order stays. */
  public static <K, T> Map<K, Object> mapValues(
      Map<K, ?> dict, Class<T> type, Function<? super T, ?> replace) {
    Map<K, Object> out = new LinkedHashMap<>();
    dict.forEach((k, v) -> out.put(k, map(v, type, replace)));
    return Collections.unmodifiableMap(out);
  }

  /** Everything of one type inside a value, depth first, left to right, repeats included. */
  public static <T> List<T> all(Object value, Class<T> type) {
    List<T> out = new ArrayList<>();
    collect(value, type, out);
    return Collections.unmodifiableList(out);
  }

  private static <T> void collect(Object value, Class<T> type, List<T> out) {
    if (type.isInstance(value)) {
      out.add(type.cast(value));
    } else if (value instanceof List<?> list) {
      list.forEach(v -> collect(v, type, out));
    } else if (value instanceof Tuple t) {
      t.items().forEach(v -> collect(v, type, out));
    } else if (value instanceof Map<?, ?> dict) {
      dict.values().forEach(v -> collect(v, type, out));
    } else if (value instanceof Slice s) {
      collect(s.start(), type, out);
      collect(s.stop(), type, out);
      collect(s.step(), type, out);
    }
  }
}
