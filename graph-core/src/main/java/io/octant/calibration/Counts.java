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
