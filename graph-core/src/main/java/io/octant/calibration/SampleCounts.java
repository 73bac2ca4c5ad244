package io.octant.calibration;

import io.octant.OctantException;

/**
 * How many samples went through the model; a monoid under {@link #plus}.
 *
 * <p>No PyTorch counterpart.
 *
 * @param samples all of them, padding not counted
 * @param withNan those whose input holds a NaN
 * @param withInfinity those whose input holds an infinity
 */
public record SampleCounts(long samples, long withNan, long withInfinity) {
  /** None: the neutral element. */
  public static final SampleCounts NONE = new SampleCounts(0, 0, 0);

  public SampleCounts {
    if (withNan < 0 || withInfinity < 0 || samples < Math.max(withNan, withInfinity)) {
      throw new OctantException(
          "Cannot count samples: "
              + samples
              + " of which "
              + withNan
              + " with NaN and "
              + withInfinity
              + " with infinities, expected counts of at least 0 that are parts of the first");
    }
  }

  /**
   * Component-wise sum.
   *
   * @throws OctantException if it passes 2^63 − 1
   */
  public SampleCounts plus(SampleCounts other) {
    return new SampleCounts(
        Counts.sum(samples, other.samples),
        Counts.sum(withNan, other.withNan),
        Counts.sum(withInfinity, other.withInfinity));
  }
}
