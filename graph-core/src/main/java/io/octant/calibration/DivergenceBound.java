package io.octant.calibration;

/**
 * Bounds of the divergences that a search compares, from sums over all bins up to each one: a
 * candidate is judged in the time that its levels take, not its bins.
 */
final class DivergenceBound {
  /** In a level that holds clipped values only, a small mass stands in for none. */
  static final double LEAST_MASS = 1e-12;

  /** More than what rounding makes of a sum of 2,048 terms. */
  private static final double DOUBT = 1e-9;

  /** Up to here counts and their sums and differences are exact. */
  private static final double EXACT = 0x1p53;

  private final double[] counts;
  private final double[] masses;
  private final int[] occupied;
  private final double[] entropies;
  private final double total;

  /**
   * @param counts of equal bins of magnitudes
   */
  DivergenceBound(double[] counts) {
    this.counts = counts;
    int bins = counts.length;
    masses = new double[bins + 1];
    occupied = new int[bins + 1];
    entropies = new double[bins + 1];
    for (int i = 0; i < bins; i++) {
      masses[i + 1] = masses[i] + counts[i];
      occupied[i + 1] = occupied[i] + (counts[i] > 0 ? 1 : 0);
    }
    total = masses[bins];
    for (int i = 0; i < bins; i++) {
      entropies[i + 1] = entropies[i] + logarithmic(counts[i] / total);
    }
  }

  /**
   * What the divergence of the first {@code kept} bins is not less than: close to it, or nothing if
   * there are too many counts to tell.
   */
  double of(int kept, int levels) {
    if (total > EXACT) {
      return Double.NEGATIVE_INFINITY;
    }
    double inside = masses[kept];
    double beyond = total - inside;
    int last = kept - 1;
    double sum = entropies[last] + logarithmic((counts[last] + beyond) / total);
    int from = 0;
    for (int level = 0; level < levels; level++) {
      int to = (int) ((long) (level + 1) * kept / levels);
      double mass = masses[to] - masses[from];
      int bins = occupied[to] - occupied[from];
      double clipped = 0;
      if (to == kept) {
        bins += counts[last] == 0 && beyond > 0 ? 1 : 0;
        clipped = beyond;
      }
      if (mass + clipped > 0) {
        double evenly = Math.max(mass / bins / inside, LEAST_MASS);
        sum -= (mass + clipped) / total * Math.log(evenly);
      }
      from = to;
    }
    return sum - DOUBT;
  }

  private static double logarithmic(double share) {
    return share > 0 ? share * Math.log(share) : 0;
  }
}
