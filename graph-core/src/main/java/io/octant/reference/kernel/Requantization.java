package io.octant.reference.kernel;

import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * Float kernels on quantized tensors: dequantize, compute, quantize again. Pools, means and
 * resizing of quantized tensors are defined so in PyTorch, with the parameters of the input.
 */
public final class Requantization {
  private Requantization() {}

  /** Applies a float kernel; a quantized input gives a result with the same qparams. */
  public static Tensor keepingQParams(Tensor x, UnaryOperator<Tensor> kernel) {
    return x.isQuantized() ? sameQParams(x, kernel.apply(dequantized(x))) : kernel.apply(x);
  }

  /**
   * Applies an averaging kernel. On a quantized tensor it averages the integers, and the result is
   * rounded half to even with the zero point included, as the integer kernels of PyTorch do.
   */
  public static Tensor averaging(Tensor x, UnaryOperator<Tensor> kernel) {
    if (!x.isQuantized()) {
      return kernel.apply(x);
    }
    int zeroPoint = x.qparams().zeroPoint();
    double[] offsets = Values.of(x);
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] -= zeroPoint; // padding then counts as the real value 0
    }
    Tensor averages = kernel.apply(Tensor.of(DType.FLOAT64, x.shape(), offsets));
    int[] out = new int[averages.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) Math.rint(averages.doubleAt(i) + zeroPoint);
    }
    return Tensor.quantized(x.dtype(), averages.shape(), out, x.qparams());
  }

  /** Applies a float kernel; a quantized input gives a result with the given qparams. */
  public static Tensor withQParams(Tensor x, QParams out, UnaryOperator<Tensor> kernel) {
    return x.isQuantized()
        ? quantized(kernel.apply(dequantized(x)), x.dtype(), out)
        : kernel.apply(x);
  }

  /** A float tensor with the type and qparams of another. */
  static Tensor sameQParams(Tensor like, Tensor x) {
    return quantized(x, like.dtype(), like.qparams());
  }

  /** The float32 values of a quantized tensor; any other tensor as it is. */
  public static Tensor dequantized(Tensor t) {
    return t.isQuantized() ? Quantizer.dequantize(t) : t;
  }

  /** Quantizes with the given parameters. */
  static Tensor quantized(Tensor x, DType dtype, QParams q) {
    return Quantizer.quantize(x, q, dtype);
  }
}
