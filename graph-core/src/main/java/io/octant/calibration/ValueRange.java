package io.octant.calibration;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;

/**
 * A range of real values to quantize, before it is widened to contain 0.
 *
 * <p>No PyTorch counterpart.
 */
public record ValueRange(float min, float max) {
  /** Minimum and maximum. */
  public void write(ByteSink out) {
    out.f32(min);
    out.f32(max);
  }

  /**
   * Two finite numbers in order, or +∞ and −∞ for none; never −0, which has the same meaning as +0
   * in other bytes.
   */
  public static ValueRange read(ByteSource in) {
    float min = in.f32();
    float max = in.f32();
    boolean none = min == Float.POSITIVE_INFINITY && max == Float.NEGATIVE_INFINITY;
    boolean some = Float.isFinite(min) && Float.isFinite(max) && min <= max;
    if (!none && !some || isNegativeZero(min) || isNegativeZero(max)) {
      throw in.corrupt(
          "range "
              + min
              + " to "
              + max
              + ", expected finite numbers in order, none of them -0, or Infinity to -Infinity");
    }
    return new ValueRange(min, max);
  }

  private static boolean isNegativeZero(float x) {
    return Float.floatToRawIntBits(x) == Float.floatToRawIntBits(-0.0f);
  }
}
