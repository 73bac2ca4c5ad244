package io.octant.reference;

import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Elementwise;
import io.octant.reference.kernel.Reductions;
import io.octant.reference.kernel.Reductions.Axes;
import io.octant.reference.kernel.Values;
import io.octant.tensor.Tensor;

/** Reductions over axes. */
final class ReductionOperators {

  private ReductionOperators() {}

  private interface Kernel {
    Tensor apply(Tensor x, int[] over, Axes axes);
  }

  static void register(OperatorSet.Builder ops) {
    define(ops, Reductions::mean, "mean");
    define(ops, Reductions::sum, "sum");
    define(ops, Reductions::product, "prod");
    define(ops, Reductions::max, "amax");
    define(ops, Reductions::min, "amin");
    define(ops, Reductions::argmax, "argmax");
    define(ops, Reductions::argmin, "argmin");
    define(ops, Reductions::all, "all");
    define(ops, Reductions::any, "any");
    ops.define("max", a -> extremum(a, Reductions::max, Reductions::argmax, Math::max));
    ops.define("min", a -> extremum(a, Reductions::min, Reductions::argmin, Math::min));
    moments(ops);
    ops.define("norm", a -> apply(a, (x, over, axes) -> Reductions.norm(x, order(a), over, axes)));
    ops.define("logsumexp", a -> apply(a, Reductions::logSumExp));
    ops.define(
        "count_nonzero", a -> Reductions.countNonzero(a.tensor("input"), over(a), Axes.DROP));
    ops.define("aminmax", a -> Tuple.of(apply(a, Reductions::min), apply(a, Reductions::max)));
  }

  private static void moments(OperatorSet.Builder ops) {
    ops.define("var", a -> moment(a, Reductions::variance));
    ops.define("std", a -> moment(a, Reductions::standardDeviation));
    ops.define("var_mean", a -> Tuple.of(moment(a, Reductions::variance), mean(a)));
    ops.define("std_mean", a -> Tuple.of(moment(a, Reductions::standardDeviation), mean(a)));
  }

  private interface Moment {
    Tensor apply(Tensor x, int[] over, Axes axes, double correction);
  }

  /** {@code std(x, dim, …)}, or {@code std(x, unbiased)} over all axes. */
  private static Tensor moment(NamedValues args, Moment kernel) {
    boolean noAxes = args.value("dim") instanceof Boolean;
    double correction =
        !args.isNone("correction")
            ? args.number("correction")
            : args.flag(noAxes ? "dim" : "unbiased") ? 1 : 0;
    return kernel.apply(args.tensor("input"), over(args), keepdim(args), correction);
  }

  private static Tensor mean(NamedValues args) {
    return Reductions.mean(args.tensor("input"), over(args), keepdim(args));
  }

  private static Axes keepdim(NamedValues args) {
    return Axes.keepdim(args.flag("keepdim"));
  }

  static double order(NamedValues args) {
    if (!(args.value("p") instanceof String name)) {
      return args.isNone("p") ? 2 : args.number("p");
    }
    return switch (name) {
      case "fro" -> 2;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> throw args.wrong("p", "a number or 'fro'");
    };
  }

  private static void define(OperatorSet.Builder ops, Kernel kernel, String name) {
    ops.define(name, a -> apply(a, kernel));
  }

  private static Tensor apply(NamedValues args, Kernel kernel) {
    Tensor x = args.tensor("input");
    if (args.has("dtype") && !args.isNone("dtype")) {
      x = Values.cast(x, args.dtype("dtype"));
    }
    return kernel.apply(x, over(args), keepdim(args));
  }

  static int[] over(NamedValues args) {
    boolean all = args.isNone("dim") || args.value("dim") instanceof Boolean;
    return all ? new int[0] : args.ints("dim");
  }

  /** {@code max(x)}, {@code max(x, dim)} with positions, or {@code max(x, y)} elementwise. */
  private static Object extremum(
      NamedValues args,
      Kernel value,
      Kernel position,
      java.util.function.DoubleBinaryOperator pair) {
    if (args.value("dim") instanceof Tensor other) {
      return Elementwise.combine(
          args.tensor("input"), other, pair, (a, b) -> (long) pair.applyAsDouble(a, b));
    }
    Tensor values = apply(args, value);
    return args.isNone("dim") ? values : Tuple.of(values, apply(args, position));
  }
}
