package io.octant.kernels.plan;

import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Tensors of zeros that stand for values of run time while shapes are found. */
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
}
