package io.octant.reference.kernel;

/** Functions that {@link Math} lacks. */
final class SpecialFunctions {
  private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

  private SpecialFunctions() {}

  /**
   * The error function to about 1e-15, by the series {@code 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) /
   * (1·3·…·(2n+1))} (Abramowitz and Stegun 7.1.6), whose terms have one sign.
   */
  static double erf(double x) {
    double magnitude = Math.abs(x);
    if (Double.isNaN(x)) {
      return x;
    }
    if (magnitude > 6) {
      return Math.copySign(1, x); // 1 - erf(6) is below 2^-54
    }
    double square = x * x;
    double term = magnitude;
    double sum = term;
    for (int n = 1; term > sum * 1e-17; n++) {
      term *= 2 * square / (2 * n + 1);
      sum += term;
    }
    return Math.copySign(TWO_OVER_SQRT_PI * Math.exp(-square) * sum, x);
  }

  /** {@code log(1 + eˣ)} without overflow. */
  static double softplus(double x) {
    return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
  }
}
