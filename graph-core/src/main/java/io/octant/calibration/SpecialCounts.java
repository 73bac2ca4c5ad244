package io.octant.calibration;

import io.octant.OctantException;

/**
 * Numbers of values that have no bin of their own in {@link LogLinearGrid}; a monoid under {@link
 * #plus}.
 *
 * <p>No PyTorch counterpart.
 *
 * @param zeros values equal to zero, of either sign
 * @param tinyNegatives values in (−2^−32, 0)
 * @param tinyPositives values in (0, 2^−32)
 * @param nans values that are not a number
 * @param negativeInfinities values equal to −∞
 * @param positiveInfinities values equal to +∞
 */
public record SpecialCounts(
    long zeros,
    long tinyNegatives,
    long tinyPositives,
    long nans,
    long negativeInfinities,
    long positiveInfinities) {
  /** No values: the neutral element. */
  public static final SpecialCounts NONE = new SpecialCounts(0, 0, 0, 0, 0, 0);

  public SpecialCounts {
    if ((zeros | tinyNegatives | tinyPositives | nans | negativeInfinities | positiveInfinities)
        < 0) {
      throw new OctantException(
          "Cannot make special counts: negative count among "
              + java.util.List.of(
                  zeros, tinyNegatives, tinyPositives, nans, negativeInfinities, positiveInfinities)
              + ", expected counts of at least 0");
    }
    Counts.sum(zeros, tinyNegatives, tinyPositives, nans, negativeInfinities, positiveInfinities);
  }

  /**
   * Component-wise sum.
   *
   * @throws OctantException if all counts together pass 2^63 − 1
   */
  public SpecialCounts plus(SpecialCounts other) {
    return new SpecialCounts(
        Counts.sum(zeros, other.zeros),
        Counts.sum(tinyNegatives, other.tinyNegatives),
        Counts.sum(tinyPositives, other.tinyPositives),
        Counts.sum(nans, other.nans),
        Counts.sum(negativeInfinities, other.negativeInfinities),
        Counts.sum(positiveInfinities, other.positiveInfinities));
  }

  /** Values that are finite: zeros and tiny ones. */
  public long finite() {
    return zeros + tinyNegatives + tinyPositives;
  }

  /** All values counted here. */
  public long total() {
    return finite() + nans + negativeInfinities + positiveInfinities;
  }
}
