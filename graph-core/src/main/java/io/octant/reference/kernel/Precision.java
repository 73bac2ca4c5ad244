package io.octant.reference.kernel;

import io.octant.tensor.DType;
import io.octant.tensor.Tensor;

/** How sums of products and means are rounded on their way. */
public enum Precision {
  /**
   * After every step, to float32, in the order of PyTorch's CPU kernels: a result that is quantized
   * then falls on the same side of a tie.
   */
  SINGLE,
  /** Double precision throughout: float64, and integers, whose sums are exact. */
  DOUBLE;

  /** The intermediate result as it is kept. */
  public double round(double value) {
    return this == SINGLE ? (float) value : value;
  }

  static Precision of(Tensor t) {
    return t.dtype().storage() == DType.Storage.FLOATS ? SINGLE : DOUBLE;
  }
}
