package io.octant.onnx.operator;

import io.octant.tensor.DType;
import io.octant.tensor.Tensor;

/** Element types of values. */
final class Dtypes {
  private Dtypes() {}

  static DType of(Value value) {
    return ((Tensor) value.at(false)).dtype();
  }

  static boolean isQuantized(Value value) {
    return value.at(false) instanceof Tensor t && t.isQuantized();
  }
}
