package io.octant.engine.reference;

import io.octant.graph.Tuple;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Flattens run-time values into their tensors. */
final class RuntimeTensors {
  private RuntimeTensors() {}

  /** The tensors inside lists, tuples and dictionaries, depth first. */
  static List<Tensor> of(Object value) {
    List<Tensor> out = new ArrayList<>();
    collect(value, out);
    return out;
  }

  private static void collect(Object value, List<Tensor> out) {
    if (value instanceof Tensor t) {
      out.add(t);
    } else if (value instanceof List<?> list) {
      list.forEach(v -> collect(v, out));
    } else if (value instanceof Tuple t) {
      t.items().forEach(v -> collect(v, out));
    } else if (value instanceof Map<?, ?> map) {
      map.values().forEach(v -> collect(v, out));
    }
  }
}
