package io.octant.quantization.observer;

import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import io.octant.tensor.QScheme;
import java.util.ArrayList;
import java.util.List;

/**
 * From minimum and maximum to scale and zero point, in float32 as PyTorch's observers do it; the
 * formulas are in {@code docs/quantization-model.md}.
 */
public final class UniformQParams {
  private static final String NOTHING_OBSERVED =
      "Nothing was observed: scale 1 and zero point 0 stand in for real parameters";

  private UniformQParams() {}

  /**
   * Parameters for one range per channel (or one in all).
   *
   * @param min smallest value of each channel; a channel without values has +∞
   * @param max largest value of each channel; a channel without values has −∞
   * @return scale 1 and zero point 0 with a warning if nothing was observed; NaN scales with a
   *     warning where an extremum is NaN
   * @throws ObserverException if a minimum is above its maximum
   */
  public static CalculatedQParams of(float[] min, float[] max, UniformSettings settings) {
    if (min.length == 0
        || (min.length == 1
            && min[0] == Float.POSITIVE_INFINITY
            && max[0] == Float.NEGATIVE_INFINITY)) {
      return CalculatedQParams.of(
          new float[] {1.0f}, new long[] {0}, DType.INT64, List.of(NOTHING_OBSERVED));
    }
    for (int c = 0; c < min.length; c++) {
      if (min[c] > max[c]) {
        throw new ObserverException(
            "Cannot calculate qparams of channel "
                + c
                + ": range "
                + min[c]
                + " to "
                + max[c]
                + ", expected min <= max");
      }
    }
    List<String> warnings = notFinite(min, max);
    if (settings.qscheme() == QScheme.PER_CHANNEL_AFFINE_FLOAT_QPARAMS) {
      return floatZeroPoints(min, max, settings, warnings);
    }
    return settings.qscheme().isSymmetric()
        ? symmetric(min, max, settings, warnings)
        : affine(min, max, settings, warnings);
  }

  private static List<String> notFinite(float[] min, float[] max) {
    List<String> out = new ArrayList<>();
    for (int c = 0; c < min.length; c++) {
      if (!Float.isFinite(min[c]) || !Float.isFinite(max[c])) {
        out.add(
            "Range of channel " + c + " is " + min[c] + " to " + max[c] + ": its scale is no use");
      }
    }
    return out;
  }

  private static CalculatedQParams affine(
      float[] min, float[] max, UniformSettings settings, List<String> warnings) {
    QRange range = settings.range();
    float steps = (float) (range.levels() - 1);
    float[] scales = new float[min.length];
    long[] zeroPoints = new long[min.length];
    for (int c = 0; c < min.length; c++) {
      float low = Math.min(min[c], 0.0f);
      float high = Math.max(max[c], 0.0f);
      float width = high - low;
      float step = Float.isInfinite(width) ? high / steps - low / steps : width / steps;
      scales[c] = Math.max(step, settings.floatEps());
      zeroPoints[c] = range.clamp(range.min() - (long) Math.rint(low / scales[c]));
      scales[c] = finite(scales[c], zeroPoints[c], low, high, range);
    }
    return CalculatedQParams.of(scales, zeroPoints, DType.INT32, warnings);
  }

  private static CalculatedQParams symmetric(
      float[] min, float[] max, UniformSettings settings, List<String> warnings) {
    float half = (float) ((settings.range().levels() - 1) / 2.0);
    float[] scales = new float[min.length];
    long[] zeroPoints = new long[min.length];
    for (int c = 0; c < min.length; c++) {
      float bound = Math.max(-Math.min(min[c], 0.0f), Math.max(max[c], 0.0f));
      scales[c] = Math.max(bound / half, settings.floatEps());
      zeroPoints[c] = centre(settings);
      scales[c] = finite(scales[c], zeroPoints[c], -bound, bound, settings.range());
    }
    return CalculatedQParams.of(scales, zeroPoints, DType.INT64, warnings);
  }

  /**
   * A scale with which every integer stands for a finite float32: at the end of the type's range,
   * half a step beyond the largest value is infinite. Scales of ranges that are infinite themselves
   * stay so.
   */
  private static float finite(float scale, long zeroPoint, float low, float high, QRange range) {
    double steps = Math.max(zeroPoint - range.min(), range.max() - zeroPoint);
    boolean overflows =
        Float.isFinite(low) && Float.isFinite(high) && steps * scale > Float.MAX_VALUE;
    return overflows ? Math.nextDown((float) (Float.MAX_VALUE / steps)) : scale;
  }

  /** Zero point of symmetric schemes. */
  static long centre(UniformSettings settings) {
    return switch (settings.dtype()) {
      case QUINT8, UINT8 ->
          settings.customRange()
              ? Math.floorDiv((long) settings.range().min() + settings.range().max(), 2)
              : 128;
      case UINT16 -> 1 << 15;
      default -> 0;
    };
  }

  private static CalculatedQParams floatZeroPoints(
      float[] min, float[] max, UniformSettings settings, List<String> warnings) {
    float steps = (float) (settings.range().levels() - 1);
    float[] scales = new float[min.length];
    float[] zeroPoints = new float[min.length];
    for (int c = 0; c < min.length; c++) {
      float scale = (max[c] - min[c]) / steps;
      scales[c] = scale > settings.floatEps() ? scale : 1.0f;
      zeroPoints[c] = -min[c] / scales[c];
    }
    return CalculatedQParams.ofFloats(scales, zeroPoints, warnings);
  }
}
