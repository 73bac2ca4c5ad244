package io.octant.tensor;

import io.octant.OctantException;

/**
 * Chooses quantization parameters for a tensor at run time. Differs from the observers: there is no
 * {@code eps}, but a scale of 0.1 for ranges without extent and a smallest scale of 6.1e-5, and the
 * zero point comes from the end of the range that it fits better.
 *
 * <p>PyTorch has two such choosers, of which one rounds the scale to float32 before it derives the
 * zero point; where the zero point lies halfway between two integers, they differ.
 */
public final class DynamicQParams {
  private static final float SMALLEST_SCALE = 6.1e-5f;

  private DynamicQParams() {}

  /** Precision of the scale that the zero point is derived from. */
  private enum Precision {
    FLOAT32,
    FLOAT64
  }

  /**
   * Parameters for values between two extrema, widened to contain 0; PyTorch's {@code
   * _choose_qparams_per_tensor}, which dynamic quantization uses.
   *
   * @throws OctantException if {@code min > max} or one of them is NaN
   */
  public static QParams affine(float min, float max, QRange range) {
    return affine(min, max, range, Precision.FLOAT64);
  }

  /**
   * Parameters for values between two extrema, widened to contain 0; those of PyTorch's {@code
   * fused_moving_avg_obs_fake_quant}.
   *
   * @throws OctantException if {@code min > max} or one of them is NaN
   */
  public static QParams fusedAffine(float min, float max, QRange range) {
    return affine(min, max, range, Precision.FLOAT32);
  }

  /**
   * Parameters whose zero point is the middle of the range if there are values on both sides of 0:
   * {@code fused_moving_avg_obs_fake_quant} with {@code symmetric_quant}; otherwise as {@link
   * #fusedAffine}.
   *
   * @throws OctantException if {@code min > max} or one of them is NaN
   */
  public static QParams fusedSymmetric(float min, float max, QRange range) {
    if (!(min < 0 && max > 0)) {
      return fusedAffine(min, max, range);
    }
    long half = ((long) range.max() - range.min()) / 2;
    double scale = Math.max(Math.abs(min / (float) -(half + 1)), Math.abs(max / (float) half));
    Scaled scaled =
        Scaled.of((float) (scale * -(half + 1)), (float) (scale * half), range, Precision.FLOAT32);
    return QParams.perTensor(
        scaled.scale(), (long) Math.rint(((double) range.min() + range.max()) / 2));
  }

  private static QParams affine(float min, float max, QRange range, Precision precision) {
    requireOrder(min, max);
    Scaled scaled = Scaled.of(Math.min(min, 0.0f), Math.max(max, 0.0f), range, precision);
    double fromMin = scaled.min() / scaled.scale();
    double fromMax = scaled.max() / scaled.scale();
    double errorFromMin = Math.abs((double) range.min()) + Math.abs(fromMin);
    double errorFromMax = Math.abs((double) range.max()) + Math.abs(fromMax);
    double zeroPoint = errorFromMin < errorFromMax ? range.min() - fromMin : range.max() - fromMax;
    return QParams.perTensor(
        scaled.scale(), (long) Math.rint(Math.max(range.min(), Math.min(range.max(), zeroPoint))));
  }

  /** A scale, and the extrema that go with it. */
  private record Scaled(double scale, float min, float max) {
    static Scaled of(float min, float max, QRange range, Precision precision) {
      double steps = (double) range.max() - range.min();
      double exact = ((double) max - min) / steps;
      double scale = precision == Precision.FLOAT32 ? (float) exact : exact;
      if ((float) scale == 0.0f || Float.isInfinite(1.0f / (float) scale)) {
        scale = 0.1;
      }
      if (scale >= SMALLEST_SCALE) {
        return new Scaled(scale, min, max);
      }
      float end = (float) (SMALLEST_SCALE * steps);
      if (min == 0.0f) {
        return new Scaled(SMALLEST_SCALE, min, end);
      }
      if (max == 0.0f) {
        return new Scaled(SMALLEST_SCALE, -end, max);
      }
      float amplifier = SMALLEST_SCALE / (float) scale;
      return new Scaled(SMALLEST_SCALE, min * amplifier, max * amplifier);
    }
  }

  private static void requireOrder(float min, float max) {
    if (!(min <= max)) {
      throw new OctantException(
          "Cannot choose qparams: range " + min + " to " + max + ", expected min <= max");
    }
  }
}
