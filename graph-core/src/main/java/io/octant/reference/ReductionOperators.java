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
    ops.define(
        "input, dim=None, unbiased=True, keepdim=False, *, correction=None",
        a ->
            Reductions.variance(
                a.tensor("input"), over(a), Axes.keepdim(a.flag("keepdim")), correction(a)),
        "torch.var",
        ".var");
    ops.define(
        "input, dim=None, unbiased=True, keepdim=False, *, correction=None",
        a ->
            Reductions.standardDeviation(
                a.tensor("input"), over(a), Axes.keepdim(a.flag("keepdim")), correction(a)),
        "torch.std",
        ".std");
    ops.define(
        "input, p=2, dim=None, keepdim=False",
        a ->
            Reductions.norm(
                a.tensor("input"), a.number("p"), over(a), Axes.keepdim(a.flag("keepdim"))),
        "torch.norm",
        ".norm");
  }

  private static void define(OperatorSet.Builder ops, Kernel kernel, String name) {
    ops.define(DIM, a -> apply(a, kernel), "torch." + name, "." + name);
  }

  private static Tensor apply(NamedValues args, Kernel kernel) {
    Tensor x = args.tensor("input");
    if (args.has("dtype") && !args.isNone("dtype")) {
      x = Values.cast(x, args.dtype("dtype"));
    }
    return kernel.apply(x, over(args), Axes.keepdim(args.flag("keepdim")));
  }

  private static int[] over(NamedValues args) {
    return args.isNone("dim") ? new int[0] : args.ints("dim");
  }

  private static double correction(NamedValues args) {
    return args.isNone("correction") ? (args.flag("unbiased") ? 1 : 0) : args.number("correction");
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
