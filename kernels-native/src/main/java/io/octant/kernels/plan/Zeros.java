package io.octant.kernels.plan;

import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tensors of zeros that stand for values of run time while shapes are found, and walks over
 * results.
 */
final class Zeros {
  private Zeros() {}

  /** A tensor of the activation's type, shape and parameters. */
  static Tensor like(Activation a) {
    return of(a.dtype(), a.shape(), a.qparams());
  }

  private static Tensor of(DType dtype, Shape shape, @Nullable QParams qparams) {
    int n = shape.numel();
    if (qparams != null) {
      return Tensor.quantized(dtype, shape, new int[n], qparams);
    }
    return switch (dtype.storage()) {
      case FLOATS -> Tensor.of(dtype, shape, new float[n]);
      case DOUBLES -> Tensor.of(dtype, shape, new double[n]);
      case LONGS -> Tensor.of(dtype, shape, new long[n]);
      case INTS ->
          dtype.isQuantized()
              ? Tensor.quantized(dtype, shape, new int[n], QParams.perTensor(1, 0))
              : Tensor.of(dtype, shape, new int[n]);
    };
  }

  /** Rebuilds a concrete result with every tensor replaced. */
  static Object replaceTensors(Object value, Function<Tensor, Object> replace) {
    if (value instanceof Tensor t) {
      return replace.apply(t);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(v -> replaceTensors(v, replace)).toList();
    }
    if (value instanceof Tuple t) {
      return new Tuple(t.items().stream().map(v -> replaceTensors(v, replace)).toList());
    }
    if (value instanceof Map<?, ?> dict) {
      Map<Object, Object> out = new LinkedHashMap<>();
      dict.forEach((k, v) -> out.put(k, replaceTensors(v, replace)));
      return out;
    }
    return value;
  }

  /** The tensors inside a concrete result, depth first, left to right. */
  static List<Tensor> tensors(Object value) {
    List<Tensor> out = new ArrayList<>();
    replaceTensors(
        value,
        t -> {
          out.add(t);
          return t;
        });
    return out;
  }
}
