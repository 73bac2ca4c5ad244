package io.octant.reference.kernel;

import io.octant.OctantException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Derivatives of functions of one number, by the name of their row in the operator table. At a kink
 * they are what PyTorch takes: 0 for ReLU at 0, 1 at the ends of {@code clamp}, 0 at those of
 * {@code hardtanh}.
 */
public final class Slopes {
  /** The derivative of a function at a point. */
  @FunctionalInterface
  public interface Slope {
    /**
     * The derivative at x.
     *
     * @param a the function's first setting, 0 if it has none
     * @param b the function's second setting, 0 if it has none
     */
    double at(double x, double a, double b);
  }

  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
  private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);
  private static final double SELU_SCALE = 1.0507009873554804934193349852946;
  private static final double SELU_ALPHA = 1.6732632423543772848170429916717;

  private static final Map<String, Slope> ALL = new TreeMap<>();

  static {
    activations();
    gatedActivations();
    thresholds();
    powersAndLogarithms();
    trigonometry();
  }

  private Slopes() {}

  /**
   * The derivative of a function.
   *
   * @throws OctantException if there is none of that name
   */
  public static Slope of(String function) {
    Slope found = ALL.get(function);
    if (found == null) {
      throw new OctantException(
          "Cannot find derivative: " + function + ", expected one of " + ALL.keySet());
    }
    return found;
  }

  private static void activations() {
    ALL.put("relu", (x, a, b) -> x > 0 ? 1 : 0);
    ALL.put("relu6", (x, a, b) -> x > 0 && x < 6 ? 1 : 0);
    ALL.put("sigmoid", (x, a, b) -> sigmoid(x) * sigmoid(-x));
    ALL.put("tanh", (x, a, b) -> 1 - Math.tanh(x) * Math.tanh(x));
    ALL.put("hardsigmoid", (x, a, b) -> x > -3 && x < 3 ? 1.0 / 6 : 0);
    ALL.put("hardswish", (x, a, b) -> x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1);
    ALL.put("softsign", (x, a, b) -> 1 / ((1 + Math.abs(x)) * (1 + Math.abs(x))));
    ALL.put("logsigmoid", (x, a, b) -> sigmoid(-x));
    ALL.put("tanhshrink", (x, a, b) -> Math.tanh(x) * Math.tanh(x));
    ALL.put("leaky_relu", (x, a, b) -> x > 0 ? 1 : a);
    ALL.put("elu", (x, a, b) -> x > 0 ? 1 : a * Math.exp(x));
    ALL.put("celu", (x, a, b) -> x > 0 ? 1 : Math.exp(x / a));
    ALL.put("selu", (x, a, b) -> SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * Math.exp(x)));
    ALL.put("softplus", (x, a, b) -> x * a > b ? 1 : sigmoid(x * a));
  }

  private static void gatedActivations() {
    ALL.put("silu", (x, a, b) -> sigmoid(x) * (1 + x * sigmoid(-x)));
    ALL.put(
        "mish",
        (x, a, b) -> {
          double t = Math.tanh(SpecialFunctions.softplus(x));
          return t + x * (1 - t * t) * sigmoid(x);
        });
    ALL.put(
        "gelu",
        (x, a, b) ->
            0.5 * (1 + SpecialFunctions.erf(x * Math.sqrt(0.5)))
                + x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI));
    ALL.put(
        "gelu_tanh",
        (x, a, b) -> {
          double t = Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x));
          double inner = SQRT_2_OVER_PI * (1 + 3 * 0.044715 * x * x);
          return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner;
        });
  }

  private static void thresholds() {
    ALL.put("hardtanh", (x, a, b) -> x > a && x < b ? 1 : 0);
    ALL.put("clamp", (x, a, b) -> x >= a && x <= b ? 1 : 0);
    ALL.put("clamp_min", (x, a, b) -> x >= a ? 1 : 0);
    ALL.put("clamp_max", (x, a, b) -> x <= a ? 1 : 0);
    ALL.put("threshold", (x, a, b) -> x > a ? 1 : 0);
    ALL.put("hardshrink", (x, a, b) -> x >= -a && x <= a ? 0 : 1);
    ALL.put("softshrink", (x, a, b) -> x >= -a && x <= a ? 0 : 1);
    ALL.put("abs", (x, a, b) -> Math.signum(x));
    ALL.put("neg", (x, a, b) -> -1);
    ALL.put("positive", (x, a, b) -> 1);
    ALL.put("frac", (x, a, b) -> 1);
    ALL.put("nan_to_num", (x, a, b) -> Double.isNaN(x) || Double.isInfinite(x) ? 0 : 1);
  }

  private static void powersAndLogarithms() {
    ALL.put("square", (x, a, b) -> 2 * x);
    ALL.put("sqrt", (x, a, b) -> 0.5 / Math.sqrt(x));
    ALL.put("rsqrt", (x, a, b) -> -0.5 / (x * Math.sqrt(x)));
    ALL.put("reciprocal", (x, a, b) -> -1 / (x * x));
    ALL.put("exp", (x, a, b) -> Math.exp(x));
    ALL.put("expm1", (x, a, b) -> Math.exp(x));
    ALL.put("exp2", (x, a, b) -> Math.pow(2, x) * Math.log(2));
    ALL.put("log", (x, a, b) -> 1 / x);
    ALL.put("log2", (x, a, b) -> 1 / (x * Math.log(2)));
    ALL.put("log10", (x, a, b) -> 1 / (x * Math.log(10)));
    ALL.put("log1p", (x, a, b) -> 1 / (1 + x));
    ALL.put("erf", (x, a, b) -> TWO_OVER_SQRT_PI * Math.exp(-x * x));
    ALL.put("erfc", (x, a, b) -> -TWO_OVER_SQRT_PI * Math.exp(-x * x));
  }

  private static void trigonometry() {
    ALL.put("sin", (x, a, b) -> Math.cos(x));
    ALL.put("cos", (x, a, b) -> -Math.sin(x));
    ALL.put("tan", (x, a, b) -> 1 + Math.tan(x) * Math.tan(x));
    ALL.put("asin", (x, a, b) -> 1 / Math.sqrt(1 - x * x));
    ALL.put("arcsin", ALL.get("asin"));
    ALL.put("acos", (x, a, b) -> -1 / Math.sqrt(1 - x * x));
    ALL.put("arccos", ALL.get("acos"));
    ALL.put("atan", (x, a, b) -> 1 / (1 + x * x));
    ALL.put("arctan", ALL.get("atan"));
    ALL.put("deg2rad", (x, a, b) -> Math.PI / 180);
    ALL.put("rad2deg", (x, a, b) -> 180 / Math.PI);
    ALL.put("sinh", (x, a, b) -> Math.cosh(x));
    ALL.put("cosh", (x, a, b) -> Math.sinh(x));
    ALL.put("asinh", (x, a, b) -> 1 / Math.sqrt(x * x + 1));
    ALL.put("acosh", (x, a, b) -> 1 / Math.sqrt(x * x - 1));
    ALL.put("atanh", (x, a, b) -> 1 / (1 - x * x));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
