package io.octant.shape;

import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/** Tensors of zeros of any type. */
public final class Zeros {
  private Zeros() {}

  /** Zeros of a type; quantized types get scale 1 and zero point 0. */
  public static Tensor of(DType dtype, Shape shape) {
    int n = shape.numel();
    if (dtype.isQuantized()) {
      return Tensor.quantized(dtype, shape, new int[n], QParams.perTensor(1, 0));
    }
    return switch (dtype.storage()) {
      case FLOATS -> Tensor.of(dtype, shape, new float[n]);
      case DOUBLES -> Tensor.of(dtype, shape, new double[n]);
      case INTS -> Tensor.of(dtype, shape, new int[n]);
      case LONGS -> Tensor.of(dtype, shape, new long[n]);
    };
  }
}
