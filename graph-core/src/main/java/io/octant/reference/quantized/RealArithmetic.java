package io.octant.reference.quantized;

import io.octant.tensor.QParams;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.function.Function;

/** Float kernels on quantized tensors whose output has parameters of its own. */
public final class RealArithmetic {
  private RealArithmetic() {}

  /**
   * Dequantizes, computes in float32 and quantizes to the dtype of the input.
   *
   * @param x quantized
   * @param out per-tensor parameters of the result
   */
  public static Tensor apply(Tensor x, QParams out, Function<Tensor, Tensor> kernel) {
    Tensor real = kernel.apply(Quantizer.dequantize(x));
    return QuantizedArithmetic.requantize(real, x.dtype(), out, PostOperation.NONE);
  }
}
