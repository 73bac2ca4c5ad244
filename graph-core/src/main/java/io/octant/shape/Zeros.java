package io.octant.shape;

import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/** Tensors of zeros of any type, which take no memory until they are read. */
public final class Zeros {
  private Zeros() {}

  /** Zeros of a type; quantized types get scale 1 and zero point 0. */
  public static Tensor of(DType dtype, Shape shape) {
    return Tensor.zeros(dtype, shape, dtype.isQuantized() ? QParams.perTensor(1, 0) : null);
  }
}
