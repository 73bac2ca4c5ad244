package io.octant.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
    if (value instanceof Node n) {
      return replace.apply(n);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(v -> map(v, replace)).toList();
    }
    if (value instanceof Tuple t) {
      return new Tuple(t.items().stream().<Object>map(v -> map(v, replace)).toList());
    }
    if (value instanceof Map<?, ?> dict) {
      Map<Object, Object> out = new LinkedHashMap<>();
      dict.forEach((k, v) -> out.put(k, map(v, replace)));
      return Collections.unmodifiableMap(out);
    }
    if (value instanceof Slice s) {
      return new Slice(map(s.start(), replace), map(s.stop(), replace), map(s.step(), replace));
    }
    if (value instanceof Integer i) {
      return i.longValue();
    }
    if (value instanceof Float f) {
      return f.doubleValue();
    }
    return value;
  }

  /** Visits every node inside a value, depth first, left to right, repeats included. */
  public static void forEachNode(Object value, Consumer<Node> visit) {
    if (value instanceof Node n) {
      visit.accept(n);
    } else if (value instanceof List<?> list) {
      list.forEach(v -> forEachNode(v, visit));
    } else if (value instanceof Tuple t) {
      t.items().forEach(v -> forEachNode(v, visit));
    } else if (value instanceof Map<?, ?> dict) {
      dict.values().forEach(v -> forEachNode(v, visit));
    } else if (value instanceof Slice s) {
      forEachNode(s.start(), visit);
      forEachNode(s.stop(), visit);
      forEachNode(s.step(), visit);
    }
  }
}
