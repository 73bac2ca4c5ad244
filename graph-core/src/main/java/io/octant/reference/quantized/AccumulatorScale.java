package io.octant.reference.quantized;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What one unit of an int32 sum is worth, for each output channel, and the bias in those units; all
 * in float32 as the native kernels compute. Requantization follows the rules of {@link
 * QuantizedEngine}.
 */
final class AccumulatorScale {
  private final Rounding rounding;
  private final float[] unit;
  private final float[] bias;
  private final float[] biasInUnits;

  /**
   * @param x per-tensor parameters of the input
   * @param weight parameters of the weight; per channel, output channel {@code c} uses entry {@code
   *     c mod size} (a grouped transposed convolution repeats its entries)
   * @param bias float {@code [channels]} or null
   */
  AccumulatorScale(
      QParams x,
      QParams weight,
      @Nullable Tensor bias,
      int channels,
      QuantizedEngine engine,
      Rounding rounding) {
    if (bias != null && bias.numel() != channels) {
      throw new OctantException(
          "Cannot add bias: " + bias.shape() + ", expected [" + channels + "]");
    }
    this.rounding = rounding;
    this.unit = new float[channels];
    this.bias = new float[channels];
    this.biasInUnits = new float[channels];
    for (int c = 0; c < channels; c++) {
      unit[c] = (float) x.scale() * (float) weight.scale(c % weight.size());
      this.bias[c] = bias == null ? 0f : (float) bias.doubleAt(c);
      float units = this.bias[c] / unit[c];
      biasInUnits[c] = engine.roundsBias() ? (float) Math.rint(units) : units;
    }
  }

  /**
   * Adds the bias, applies the activation and rounds half to even into the output's range.
   *
   * @param sums in the layout of {@code shape}
   * @param channelStride elements between neighbouring channels
   * @param dtype {@code quint8} or {@code qint8}
   */
  Tensor quantize(
      int[] sums, Shape shape, int channelStride, DType dtype, QParams out, PostOperation post) {
    return quantize(sums, shape, channelStride, dtype, out, post, null);
  }

  /** As above, with a quantized tensor added in front of the activation. */
  Tensor quantize(
      int[] sums,
      Shape shape,
      int channelStride,
      DType dtype,
      QParams out,
      PostOperation post,
      @Nullable Tensor addend) {
    float scale = (float) out.scale();
    float[] multiplier = new float[unit.length];
    for (int c = 0; c < unit.length; c++) {
      multiplier[c] = unit[c] / scale;
    }
    QRange range = QRange.of(dtype);
    int[] result = new int[sums.length];
    for (int i = 0; i < sums.length; i++) {
      int c = i / channelStride % unit.length;
      float steps = ((float) sums[i] + biasInUnits[c]) * multiplier[c];
      if (addend != null) {
        QParams a = addend.qparams();
        steps += (addend.ints()[i] - a.zeroPoint()) * ((float) a.scale() / scale);
      }
      result[i] = rounding.apply(post.apply(steps, scale), out.zeroPoint(), range);
    }
    return Tensor.quantized(dtype, shape, result, out);
  }

  /** Real results in float32, {@code float(sum)·unit + bias}, as dynamic kernels return. */
  Tensor dequantize(int[] sums, Shape shape, int channelStride) {
    float[] result = new float[sums.length];
    for (int i = 0; i < sums.length; i++) {
      int c = i / channelStride % unit.length;
      result[i] = sums[i] * unit[c] + bias[c];
    }
    return Tensor.of(DType.FLOAT32, shape, result);
  }
}
