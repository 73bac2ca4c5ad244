package io.octant.kernels.plan;

import io.octant.kernels.binding.Curve;
import io.octant.kernels.binding.Kernels;
import io.octant.reference.binding.NamedValues;
import java.util.List;
import java.util.Locale;

/**
 * Functions of one tensor that oneDNN has not, or not for all numbers: a loop of our own; of an
 * 8-bit tensor a table, where the reference operator takes one.
 */
final class CurveLowerings {
  private CurveLowerings() {}

  /** What the two numbers of a curve are, by the settings of a call. */
  @FunctionalInterface
  private interface Parameters {
    double[] of(NamedValues settings);
  }

  static void register(LoweringTable.Builder table) {
    List.of(
            Curve.LOG,
            Curve.LOG2,
            Curve.LOG10,
            Curve.LOG1P,
            Curve.EXPM1,
            Curve.EXP2,
            Curve.ERF,
            Curve.ERFC,
            Curve.SIN,
            Curve.COS,
            Curve.TAN,
            Curve.ASIN,
            Curve.ACOS,
            Curve.ATAN,
            Curve.SINH,
            Curve.COSH,
            Curve.ASINH,
            Curve.ACOSH,
            Curve.ATANH,
            Curve.FLOOR,
            Curve.CEIL,
            Curve.ROUND,
            Curve.TRUNC,
            Curve.SIGN,
            Curve.RECIPROCAL,
            Curve.RSQRT,
            Curve.SQUARE,
            Curve.SOFTSIGN,
            Curve.LOGSIGMOID)
        .forEach(c -> define(table, c, settings -> new double[2]));
    define(table, Curve.SOFTPLUS, s -> new double[] {s.number("beta"), s.number("threshold")});
    define(
        table,
        Curve.SELU,
        s -> new double[] {1.0507009873554804934193349852946, 1.6732632423543772848170429916717});
    define(table, Curve.CELU, s -> new double[] {s.number("alpha"), 0});
    define(table, Curve.THRESHOLD, s -> new double[] {s.number("threshold"), s.number("value")});
    define(table, Curve.HARDSHRINK, s -> new double[] {s.number("lambd"), 0});
    define(table, Curve.SOFTSHRINK, s -> new double[] {s.number("lambd"), 0});
  }

  private static void define(LoweringTable.Builder table, Curve curve, Parameters parameters) {
    String name = curve.name().toLowerCase(Locale.ROOT);
    table.define(name, site -> lower(site, curve, name, parameters.of(site.settings())));
  }

  private static Activation lower(Site site, Curve curve, String name, double[] parameters) {
    return site.input().isQuantized()
        ? LookUp.apply(site)
        : apply(site.plan(), site.input(), curve, name, parameters);
  }

  /** Applies a curve to a float tensor. */
  static Activation apply(
      PlanBuilder plan, Activation x, Curve curve, String name, double... parameters) {
    Site.require(x.isFloat(), "needs float32, not " + x.dtype());
    Activation src = plan.dense(x);
    Activation dst = plan.allocate(src.layout().dense());
    plan.emit(
        name + "_f32",
        () -> Kernels.curve(curve, src.layout().elements(), parameters[0], parameters[1]),
        plan.memory(src),
        plan.memory(dst));
    return dst;
  }
}
