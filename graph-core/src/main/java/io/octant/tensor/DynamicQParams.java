package io.octant.tensor;

import io.octant.OctantException;

/**
 * Chooses quantization parameters for a tensor at run time; PyTorch's {@code
 * _choose_qparams_per_tensor} and the chooser of its fused fake-quantize kernel. Differs from the
 * observers: there is no {@code eps}, but a scale of 0.1 for ranges without extent and a smallest
 * scale of 6.1e-5, and the zero point comes from the end of the range that it fits better.
 */
public final class DynamicQParams {
  private static final float SMALLEST_SCALE = 6.1e-5f;

  private DynamicQParams() {}

  /**
   * Parameters for values between two extrema, widened to contain 0.
   *
   * @throws OctantException if {@code min > max} or one of them is NaN
   */
  public static QParams affine(float min, float max, QRange range) {
    requireOrder(min, max);
    return choose(Math.min(min, 0.0f), Math.max(max, 0.0f), range, false);
  }

  /**
   * Parameters whose zero point is the middle of the range if there are values on both sides of 0:
   * the {@code preserve_sparsity} of the fused fake-quantize kernel; otherwise as {@link #affine}.
   */
  public static QParams symmetric(float min, float max, QRange range) {
    requireOrder(min, max);
    if (!(min < 0 && max > 0)) {
      return affine(min, max, range);
    }
    long half = ((long) range.max() - range.min()) / 2;
    double scale = Math.max(Math.abs(min / (float) -(half + 1)), Math.abs(max / (float) half));
    return choose((float) (scale * -(half + 1)), (float) (scale * half), range, true);
  }

  private static QParams choose(float lo, float hi, QRange range, boolean centred) {
    float min = lo;
    float max = hi;
    double steps = (double) range.max() - range.min();
    double scale = ((double) max - min) / steps;
    if ((float) scale == 0.0f || Float.isInfinite(1.0f / (float) scale)) {
      scale = 0.1;
    }
    if (scale < SMALLEST_SCALE) {
      float amplifier = SMALLEST_SCALE / (float) scale;
      scale = SMALLEST_SCALE;
      if (min == 0.0f) {
        max = (float) (SMALLEST_SCALE * steps);
      } else if (max == 0.0f) {
        min = (float) (-SMALLEST_SCALE * steps);
      } else {
        min *= amplifier;
        max *= amplifier;
      }
    }
    double zeroPoint;
    if (centred) {
      zeroPoint = ((double) range.min() + range.max()) / 2;
    } else {
      double errorFromMin = Math.abs((double) range.min()) - Math.abs(min / scale);
      double errorFromMax = Math.abs((double) range.max()) - Math.abs(max / scale);
      zeroPoint =
          errorFromMin < errorFromMax ? range.min() - min / scale : range.max() - max / scale;
    }
    return QParams.perTensor(
        scale, (long) Math.rint(Math.max(range.min(), Math.min(range.max(), zeroPoint))));
  }

  private static void requireOrder(float min, float max) {
    if (!(min <= max)) {
      throw new OctantException(
          "Cannot choose qparams: range " + min + " to " + max + ", expected min <= max");
    }
  }
}
