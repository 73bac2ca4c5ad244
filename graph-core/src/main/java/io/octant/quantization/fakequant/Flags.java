package io.octant.quantization.fakequant;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/** Switches kept as one-element tensors. */
final class Flags {
  private Flags() {}

  static Tensor of(DType dtype, boolean on) {
    return dtype == DType.INT64
        ? Tensor.of(dtype, Shape.of(1), new long[] {on ? 1 : 0})
        : Tensor.of(dtype, Shape.of(1), new int[] {on ? 1 : 0});
  }
}
