package io.octant.onnx.operator;

import io.octant.graph.Arguments;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Walks over arguments that hold {@link Value}s. */
final class Values {
  private Values() {}

  static boolean allKnown(Collection<?> args) {
    return args.stream().allMatch(Values::isKnown);
  }

  private static boolean isKnown(Object arg) {
    if (arg instanceof Value v) {
      return v.isKnown();
    }
    if (arg instanceof Collection<?> c) {
      return allKnown(c);
    }
    if (arg instanceof Tuple t) {
      return allKnown(t.items());
    }
    return !(arg instanceof Slice s) || allKnown(List.of(s.start(), s.stop(), s.step()));
  }

  /** Whether one of the values among arguments is late. */
  static boolean anyLate(Collection<?> args) {
    return args.stream()
        .anyMatch(a -> Arguments.all(a, Value.class).stream().anyMatch(Value::isLate));
  }

  /** Whether the computed values among arguments are all masks. */
  static boolean onlyMasks(Collection<?> args) {
    return args.stream()
        .allMatch(
            a ->
                a instanceof Value v
                    ? v.isKnown() || v.isMask()
                    : !(a instanceof Collection<?> c) || onlyMasks(c));
  }

  static Tensor shapeTensor(Shape shape, int start, int end) {
    long[] dims = new long[Math.max(end - start, 0)];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = shape.dim(start + i);
    }
    return Tensor.of(DType.INT64, Shape.of(dims.length), dims);
  }

  /** Keyword arguments or settings in the order given. */
  static Map<String, Object> dict(Object... namesAndValues) {
    Map<String, Object> out = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return out;
  }

  /** A tuple of integers. */
  static Tuple tuple(int... items) {
    return new Tuple(java.util.Arrays.stream(items).<Object>mapToObj(i -> (long) i).toList());
  }

  /** A list of integers. */
  static List<Object> list(int... items) {
    return tuple(items).items();
  }
}
