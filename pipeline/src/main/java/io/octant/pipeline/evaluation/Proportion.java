package io.octant.pipeline.evaluation;

/**
 * A share of samples with its 95 % interval after Wilson (1927), which stays within 0 and 1 and
 * does not shrink to nothing where all samples agree.
 *
 * @param value {@code count / of}
 * @param low lower end
 * @param high upper end
 */
public record Proportion(double value, double low, double high) {
  /** The 97.5 % point of the normal distribution. */
  private static final double Z = 1.959963984540054;

  /**
   * A share.
   *
   * @param count samples that have it
   * @param of samples, at least one
   */
  public static Proportion of(long count, long of) {
    double p = (double) count / of;
    double z2 = Z * Z;
    double centre = (p + z2 / (2 * of)) / (1 + z2 / of);
    double half = Z / (1 + z2 / of) * StrictMath.sqrt(p * (1 - p) / of + z2 / (4.0 * of * of));
    // Of none and of all one end is the share itself, which rounding may miss by a bit.
    double low = count == 0 ? 0 : Math.max(0, centre - half);
    double high = count == of ? 1 : Math.min(1, centre + half);
    return new Proportion(p, low, high);
  }
}
