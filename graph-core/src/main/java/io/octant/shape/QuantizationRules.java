package io.octant.shape;

import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Results of quantize and dequantize, so that a model with a pair of them on every tensor need not
 * be run for its shapes. A rule answers null where the operator itself has to tell what is wrong
 * with its arguments.
 */
final class QuantizationRules {
  private QuantizationRules() {}

  /** Zeros of the wanted type and parameters; null for other parameters than plain numbers. */
  static @Nullable Tensor quantized(BoundCall call) {
    if (!(call.find("input") instanceof Tensor in)
        || in.dtype() != DType.FLOAT32
        || !(call.find("scale") instanceof Number scale)
        || !(call.find("zero_point") instanceof Long zeroPoint)
        || !(call.find("dtype") instanceof DType dtype)
        || !dtype.isQuantized()) {
      return null;
    }
    return Tensor.zeros(dtype, in.shape(), QParams.perTensor(scale.doubleValue(), zeroPoint));
  }

  /** Zeros in float32; null for lists and for tensors that are not quantized. */
  static @Nullable Tensor dequantized(BoundCall call) {
    return call.find("input") instanceof Tensor in && in.isQuantized()
        ? Zeros.of(DType.FLOAT32, in.shape())
        : null;
  }
}
