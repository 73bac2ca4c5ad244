package io.octant.calibration;

import io.octant.OctantException;

/** Sums of counts that do not wrap. */
final class Counts {
  private Counts() {}

  /**
   * The sum of counts of at least 0.
   *
   * @throws OctantException if it passes 2^63 − 1
   */
  static long sum(long... counts) {
    long bits = 0;
    long wrapping = 0;
    for (long count : counts) {
      bits |= count;
      wrapping += count;
    }
    if (bits >= 0 && bits <= Long.MAX_VALUE / Math.max(1, counts.length)) {
      return wrapping; // no count is above bits, so that nothing wrapped
    }
    long sum = 0;
    for (long count : counts) {
      if (count > Long.MAX_VALUE - sum) {
        throw new OctantException(
            "Cannot count values: " + sum + " and " + count + ", expected at most 2^63 - 1 in all");
      }
      sum += count;
    }
    return sum;
  }
}
