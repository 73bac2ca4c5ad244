package io.octant.tensor;

import io.octant.OctantException;

/**
 * The arithmetic between real and quantized values; {@code docs/quantization-model.md} owns the
 * formulas.
 *
 * <p>All of it is float32 and rounds half to even; results saturate, ±∞ at the ends of the range.
 * NaN quantizes to the zero point, which stands for 0 (PyTorch: whatever the instruction set does).
 * PyTorch's kernels differ in where the zero point comes in, which shows at ties; so there are
 * three rules, and each operator uses the one of its counterpart:
 *
 * <ul>
 *   <li>{@link #quantize(float, float, int, QRange)}: {@code rint(fma(x, 1/s, z))}, 8-bit per
 *       tensor;
 *   <li>{@link #quantizeWithFloatZeroPoint}: {@code rint(x · (1/s) + z)}, per channel, 32-bit, and
 *       float zero points;
 *   <li>{@link #quantizeThenShift}: {@code rint(x · (1/s)) + z}, fake quantization and the
 *       decomposed operators.
 * </ul>
 *
 * <p>Thread-safe and deterministic.
 */
public final class Quantizer {
  private Quantizer() {}

  /** {@code 1 / scale} as the quantize kernels use it: divided in float32, once. */
  public static float inverse(double scale) {
    return 1.0f / (float) scale;
  }

  /** Quantizes a value: {@code clamp(rint(fma(x, inverse, zeroPoint)))}, one rounding in all. */
  public static int quantize(float x, float inverse, int zeroPoint, QRange range) {
    return round(Math.fma(x, inverse, (float) zeroPoint), zeroPoint, range);
  }

  /** Quantizes a value: {@code clamp(rint(x · inverse + zeroPoint))}. */
  public static int quantizeWithFloatZeroPoint(
      float x, float inverse, float zeroPoint, QRange range) {
    return round(x * inverse + zeroPoint, zeroPoint, range);
  }

  /** Quantizes a value: {@code clamp(rint(x · inverse) + zeroPoint)}. */
  public static int quantizeThenShift(float x, float inverse, int zeroPoint, QRange range) {
    return round((float) Math.rint(x * inverse) + zeroPoint, zeroPoint, range);
  }

  private static int round(float shifted, float zeroPoint, QRange range) {
    return range.clamp((long) Math.rint(Float.isNaN(shifted) ? zeroPoint : shifted));
  }

  /** The real value of an integer: {@code (q − zeroPoint) · scale}. */
  public static float dequantize(int q, float scale, int zeroPoint) {
    return (float) ((long) q - zeroPoint) * scale;
  }

  /** The real value of an integer with a float zero point. */
  public static float dequantizeWithFloatZeroPoint(int q, float scale, float zeroPoint) {
    return ((float) q - zeroPoint) * scale;
  }

  /**
   * Quantizes a tensor; PyTorch's {@code quantize_per_tensor} and {@code quantize_per_channel}.
   *
   * @param x float32, any shape
   * @param dtype a quantized type; its whole range is used
   * @throws OctantException if the parameters do not fit the tensor, or a zero point is outside the
   *     range
   */
  public static Tensor quantize(Tensor x, QParams qparams, DType dtype) {
    if (!dtype.isQuantized()) {
      throw new OctantException(
          "Cannot quantize to dtype: "
              + dtype
              + ", expected a quantized type such as torch.quint8");
    }
    return Tensor.quantized(dtype, x.shape(), integers(x, qparams, QRange.of(dtype)), qparams);
  }

  /**
   * The integers of a tensor as PyTorch's {@code quantized_decomposed.quantize_per_tensor} finds
   * them: the reciprocal of the scale is taken in double and then rounded to float32.
   *
   * @return row-major, one for each element of {@code x}
   */
  public static int[] decomposedIntegers(Tensor x, double scale, int zeroPoint, QRange range) {
    float inverse = (float) (1.0 / scale);
    float[] src = x.floats();
    int[] dst = new int[src.length];
    for (int i = 0; i < src.length; i++) {
      dst[i] = quantizeThenShift(src[i], inverse, zeroPoint, range);
    }
    return dst;
  }

  /**
   * The integers of a tensor as PyTorch's {@code quantized_decomposed.quantize_per_channel} finds
   * them: rounded, then shifted by the zero point. A float zero point leaves a fraction, which is
   * cut off: the operator is defined so, and other tools that read a decomposed graph compute it
   * so.
   *
   * @param qparams per channel
   * @return row-major, one for each element of {@code x}
   */
  public static int[] decomposedIntegers(Tensor x, QParams qparams, QRange range) {
    float[] src = x.floats();
    int[] dst = new int[src.length];
    new Channels(x.shape(), qparams.axis())
        .forEachRun(
            (c, from, to) -> {
              float by = inverse(qparams.scale(c));
              float z = (float) qparams.zeroPoint(c);
              for (int i = from; i < to; i++) {
                float shifted = (float) Math.rint(src[i] * by) + z;
                dst[i] = (int) Math.max(range.min(), Math.min(range.max(), shifted));
              }
            });
    return dst;
  }

  /**
   * The integers of a tensor within a range of one's choice.
   *
   * @return row-major, one for each element of {@code x}
   */
  public static int[] integers(Tensor x, QParams qparams, QRange range) {
    requireFit(x.shape(), qparams, range);
    float[] src = x.floats();
    int[] dst = new int[src.length];
    boolean fused = !qparams.isPerChannel() && range.levels() <= 256;
    new Channels(x.shape(), qparams.axis())
        .forEachRun(
            (c, from, to) -> {
              double z = qparams.zeroPoint(c);
              float by = inverse(qparams.scale(c));
              for (int i = from; i < to; i++) {
                dst[i] =
                    fused
                        ? quantize(src[i], by, (int) z, range)
                        : quantizeWithFloatZeroPoint(src[i], by, (float) z, range);
              }
            });
    return dst;
  }

  /**
   * The float32 tensor that a quantized one stands for.
   *
   * @throws OctantException if it is not quantized
   */
  public static Tensor dequantize(Tensor q) {
    return Tensor.of(DType.FLOAT32, q.shape(), dequantize(q.ints(), q.shape(), q.qparams()));
  }

  /**
   * The real values of row-major integers. Per channel the product is taken in double and rounded
   * once, as PyTorch's {@code dequantize} does there: it shows if a scale is no float32 number.
   */
  public static float[] dequantize(int[] q, Shape shape, QParams qparams) {
    float[] dst = new float[q.length];
    boolean perChannel = qparams.isPerChannel();
    new Channels(shape, qparams.axis())
        .forEachRun(
            (c, from, to) -> {
              double z = qparams.zeroPoint(c);
              double scale = qparams.scale(c);
              for (int i = from; i < to; i++) {
                dst[i] =
                    perChannel
                        ? (float) (((float) q[i] - (float) z) * scale)
                        : dequantize(q[i], (float) scale, (int) z);
              }
            });
    return dst;
  }

  static boolean hasFloatZeroPoint(QParams qparams) {
    return qparams.scheme() == QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS;
  }

  static void requireFit(Shape shape, QParams qparams, QRange range) {
    if (qparams.isPerChannel()) {
      int channels = shape.dim(shape.axis(qparams.axis()));
      if (channels != qparams.size()) {
        throw new OctantException(
            "Cannot quantize tensor of shape "
                + shape
                + " on axis "
                + qparams.axis()
                + ": "
                + qparams.size()
                + " scales, expected "
                + channels);
      }
    }
    if (!hasFloatZeroPoint(qparams)) {
      for (int c = 0; c < qparams.size(); c++) {
        if (!range.contains((long) qparams.zeroPoint(c))) {
          throw new OctantException(
              "Cannot quantize with zero point: "
                  + (long) qparams.zeroPoint(c)
                  + (qparams.isPerChannel() ? " of channel " + c : "")
                  + ", expected one within "
                  + range);
        }
      }
    }
  }
}
