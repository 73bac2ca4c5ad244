package io.octant.reference.quantized;

import io.octant.tensor.DType;
import io.octant.tensor.DynamicQParams;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;

/** Quantization of a tensor over its own range, as dynamic operators do with their input. */
final class DynamicQuantization {
  private DynamicQuantization() {}

  /**
   * Parameters for the values of {@code x}, widened to contain 0; of an empty tensor those of 0.
   *
   * @param bits seven leave out the top bit, see {@link QRange#reduced}
   */
  static QParams choose(Tensor x, DType dtype, ActivationBits bits) {
    float min = 0;
    float max = 0;
    for (float v : x.floats()) {
      min = Math.min(min, v);
      max = Math.max(max, v);
    }
    QRange range = QRange.of(dtype);
    return DynamicQParams.affine(min, max, bits == ActivationBits.SEVEN ? range.reduced() : range);
  }

  /** {@code x} with the parameters that {@link #choose} finds. */
  static Tensor quantize(Tensor x, DType dtype, ActivationBits bits) {
    return Quantizer.quantize(x, choose(x, dtype, bits), dtype);
  }

  /**
   * ONNX' DynamicQuantizeLinear: to uint8 over the tensor's own range and 0. All steps are float32;
   * values are divided by the scale, rounded half to even and then shifted, where PyTorch
   * multiplies by its inverse and shifts first. A tensor of zeros has scale 1. NaN counts as 0.
   *
   * @param x float32, any shape
   */
  static Tensor quantizeLinear(Tensor x) {
    float min = 0;
    float max = 0;
    for (float v : x.floats()) {
      if (!Float.isNaN(v)) {
        min = Math.min(min, v);
        max = Math.max(max, v);
      }
    }
    float scale = max == min ? 1 : (max - min) / 255;
    int zeroPoint = saturate(Math.rint((0 - min) / scale));
    int[] out = new int[x.numel()];
    for (int i = 0; i < out.length; i++) {
      float v = Float.isNaN(x.floats()[i]) ? 0 : x.floats()[i];
      out[i] = saturate(Math.rint(v / scale) + zeroPoint);
    }
    QParams qparams = QParams.perTensor(scale, zeroPoint);
    return Tensor.quantized(DType.QUINT8, x.shape(), out, qparams);
  }

  private static int saturate(double v) {
    return (int) Math.max(0, Math.min(255, v));
  }
}
