package io.octant.kernels.plan;

import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Walks over symbolic values: the universe of {@link io.octant.graph.Arguments} with {@link
 * Activation}s where tensors exist at run time only.
 */
final class Values {
  private Values() {}

  /** Rebuilds a value with every activation replaced. */
  static Object map(Object value, Function<Activation, Object> replace) {
    if (value instanceof Activation a) {
      return replace.apply(a);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(v -> map(v, replace)).toList();
    }
    if (value instanceof Tuple t) {
      return new Tuple(t.items().stream().map(v -> map(v, replace)).toList());
    }
    if (value instanceof Map<?, ?> dict) {
      Map<Object, Object> out = new LinkedHashMap<>();
      dict.forEach((k, v) -> out.put(k, map(v, replace)));
      return out;
    }
    if (value instanceof Slice s) {
      return new Slice(map(s.start(), replace), map(s.stop(), replace), map(s.step(), replace));
    }
    return value;
  }

  /** The activations inside a value, depth first, left to right. */
  static List<Activation> activations(Object value) {
    List<Activation> out = new ArrayList<>();
    map(
        value,
        a -> {
          out.add(a);
          return a;
        });
    return out;
  }

  static boolean isConstant(Object value) {
    return activations(value).isEmpty();
  }
}
