package io.octant.reference.kernel;

/** Functions that {@link Math} lacks. */
public final class SpecialFunctions {
  private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);

  /** Enough for 1e-15 at 2, where the fraction converges slowest. */
  private static final int ERFC_TERMS = 120;

  /** Above it the square of a double overflows. */
  private static final double HUGE = 1e150;

  private SpecialFunctions() {}

  /**
   * The error function to about 1e-15, by the series {@code 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) /
   * (1·3·…·(2n+1))} (Abramowitz and Stegun 7.1.6), whose terms have one sign.
   */
  public static double erf(double x) {
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
  public static double softplus(double x) {
    return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x));
  }

  /**
   * {@code 1 − erf(x)} without cancellation: above 2 by the continued fraction {@code e^(−x²)/√π ·
   * 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …))))} (Abramowitz and Stegun 7.1.14).
   */
  static double erfc(double x) {
    if (!(x > 2)) {
      return 1 - erf(x);
    }
    double fraction = x;
    for (int n = ERFC_TERMS; n > 0; n--) {
      fraction = x + n / 2.0 / fraction;
    }
    return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
  }

  static double asinh(double x) {
    double v = Math.abs(x);
    double result =
        v > HUGE ? Math.log(v) + Math.log(2) : Math.log1p(v + v * v / (1 + Math.sqrt(v * v + 1)));
    return Math.copySign(result, x);
  }

  /** NaN below 1. */
  static double acosh(double x) {
    double v = x - 1;
    return x > HUGE ? Math.log(x) + Math.log(2) : Math.log1p(v + Math.sqrt(v * (v + 2)));
  }

  /** NaN outside [−1, 1]. */
  static double atanh(double x) {
    double v = Math.abs(x);
    return Math.copySign(0.5 * Math.log1p(2 * v / (1 - v)), x);
  }
}
