package io.octant.quantization.equalization;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Optional;

/**
 * The arithmetic of equalization, in float32; {@code fx._equalize.calculate_equalization_scale}.
 */
final class EqualizationScales {
  private EqualizationScales() {}

  /**
   * {@code √((Wmax − Wmin) / (Xmax − Xmin))} for each channel; 0, infinite and NaN factors count as
   * 1. Empty if either side has seen nothing.
   *
   * @throws EqualizationException if the numbers of channels differ
   */
  static Optional<Tensor> of(EqualizationObserver input, EqualizationObserver weight) {
    float[] wMin = weight.min();
    float[] wMax = weight.max();
    float[] xMin = input.min();
    float[] xMax = input.max();
    if (xMin.length == 0 || wMin.length == 0) {
      return Optional.empty();
    }
    if (xMin.length != wMin.length) {
      throw new EqualizationException(
          "Cannot equalize input of "
              + xMin.length
              + " channels and weight of "
              + wMin.length
              + ": Input and Weight must have the same column dimension");
    }
    float[] out = new float[xMin.length];
    for (int c = 0; c < out.length; c++) {
      float s = (float) Math.sqrt((wMax[c] - wMin[c]) / (xMax[c] - xMin[c]));
      out[c] = s == 0 || Float.isNaN(s) || Float.isInfinite(s) ? 1 : s;
    }
    return Optional.of(Tensor.of(out, out.length));
  }

  /** A tensor with each slice along an axis multiplied by its factor. */
  static Tensor multiply(Tensor t, Tensor scale, int axis) {
    return scaled(t, scale, axis, false);
  }

  /** A tensor with each slice along an axis multiplied by the reciprocal of its factor. */
  static Tensor divide(Tensor t, Tensor scale, int axis) {
    return scaled(t, scale, axis, true);
  }

  private static Tensor scaled(Tensor t, Tensor scale, int axis, boolean reciprocal) {
    Shape shape = t.shape();
    int inner = shape.strides()[axis];
    float[] from = t.floats();
    float[] factors = scale.floats();
    float[] to = new float[from.length];
    for (int i = 0; i < to.length; i++) {
      float factor = factors[i / inner % shape.dim(axis)];
      to[i] = from[i] * (reciprocal ? 1 / factor : factor);
    }
    return Tensor.of(DType.FLOAT32, shape, to);
  }
}
