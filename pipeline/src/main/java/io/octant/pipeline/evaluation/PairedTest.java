package io.octant.pipeline.evaluation;

/**
 * McNemar's test of two models over the same labelled samples: whether the samples that one alone
 * gets right could as well be those of the other. Two-sided, binomial with probability ½ over the
 * discordant samples (Fagerland, Lydersen, Laake, 2013, "The McNemar test for binary matched-pairs
 * data: mid-p and asymptotic are better than exact conditional").
 *
 * @param exact {@code min(1, 2·P(X ≤ k))}, {@code k} the smaller count; 1 without discordant
 *     samples
 * @param midP {@code 2·P(X < k) + P(X = k)}; 1 if both counts are equal
 */
public record PairedTest(double exact, double midP) {
  private static final double LOG_HALF = StrictMath.log(0.5);

  /**
   * Tests.
   *
   * @param first samples that the first model alone gets right
   * @param second samples that the second model alone gets right
   */
  public static PairedTest of(long first, long second) {
    long n = first + second;
    long k = Math.min(first, second);
    if (first == second) {
      return new PairedTest(1, 1);
    }
    double logTerm = n * LOG_HALF;
    double below = 0;
    for (long i = 0; i < k; i++) {
      below += StrictMath.exp(logTerm);
      logTerm += StrictMath.log((double) (n - i) / (i + 1));
    }
    double at = StrictMath.exp(logTerm);
    return new PairedTest(Math.min(1, 2 * (below + at)), Math.min(1, 2 * below + at));
  }
}
