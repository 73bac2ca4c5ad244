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
  private static final String DIM = "input, dim=None, keepdim=False, *, dtype=None, out=None";

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
    ops.define(
        "input, dim=None, keepdim=False",
        a -> extremum(a, Reductions::max, Reductions::argmax, Math::max),
        "torch.max",
        ".max");
    ops.define(
        "input, dim=None, keepdim=False",
        a -> extremum(a, Reductions::min, Reductions::argmin, Math::min),
        "torch.min",
        ".min");
    moments(ops);
    ops.define(
        "input, p='fro', dim=None, keepdim=False, out=None, dtype=None",
        a -> apply(a, (x, over, axes) -> Reductions.norm(x, order(a), over, axes)),
        "torch.norm",
        ".norm");
    ops.define(
        "input, dim, keepdim=False, *, out=None",
        a -> apply(a, Reductions::logSumExp),
        "torch.logsumexp",
        ".logsumexp");
    ops.define(
        "input, dim=None",
        a -> Reductions.countNonzero(a.tensor("input"), over(a), Axes.DROP),
        "torch.count_nonzero",
        ".count_nonzero");
    ops.define(
        "input, *, dim=None, keepdim=False, out=None",
        a -> Tuple.of(apply(a, Reductions::min), apply(a, Reductions::max)),
        "torch.aminmax",
        ".aminmax");
  }

  private static void moments(OperatorSet.Builder ops) {
    String signature =
        "input, dim=None, unbiased=True, keepdim=False, *, correction=None, out=None";
    ops.define(signature, a -> moment(a, Reductions::variance), "torch.var", ".var");
    ops.define(signature, a -> moment(a, Reductions::standardDeviation), "torch.std", ".std");
    ops.define(
        signature, a -> Tuple.of(moment(a, Reductions::variance), mean(a)), "torch.var_mean");
    ops.define(
        signature,
        a -> Tuple.of(moment(a, Reductions::standardDeviation), mean(a)),
        "torch.std_mean");
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

  private static double order(NamedValues args) {
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
    ops.define(DIM, a -> apply(a, kernel), "torch." + name, "." + name);
  }

  private static Tensor apply(NamedValues args, Kernel kernel) {
    Tensor x = args.tensor("input");
    if (args.has("dtype") && !args.isNone("dtype")) {
      x = Values.cast(x, args.dtype("dtype"));
    }
    return kernel.apply(x, over(args), keepdim(args));
  }

  private static int[] over(NamedValues args) {
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
