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
}
