package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Elementwise;
import io.octant.tensor.Tensor;
import java.util.function.DoubleUnaryOperator;

/** Functions of one element: {@code abs}, {@code exp}, {@code sin}, {@code round} and the like. */
final class MathOperators {
  private MathOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("input", a -> keeping(a, v -> -v), "operator.neg", "torch.neg", ".neg");
    ops.define("input", a -> keeping(a, Math::abs), "operator.abs", "torch.abs", ".abs");
    keeping(ops, "square", v -> v * v);
    keeping(ops, "sign", Math::signum);
    keeping(ops, "floor", Math::floor);
    keeping(ops, "ceil", Math::ceil);
    keeping(ops, "round", Math::rint);
    keeping(ops, "trunc", v -> v < 0 ? Math.ceil(v) : Math.floor(v));
    floating(ops, "exp", Math::exp);
    floating(ops, "expm1", Math::expm1);
    floating(ops, "log", Math::log);
    floating(ops, "log2", v -> Math.log(v) / Math.log(2));
    floating(ops, "log10", Math::log10);
    floating(ops, "log1p", Math::log1p);
    floating(ops, "sqrt", Math::sqrt);
    floating(ops, "rsqrt", v -> 1 / Math.sqrt(v));
    floating(ops, "reciprocal", v -> 1 / v);
    floating(ops, "sin", Math::sin);
    floating(ops, "cos", Math::cos);
    floating(ops, "tan", Math::tan);
    floating(ops, "asin", Math::asin);
    floating(ops, "acos", Math::acos);
    floating(ops, "atan", Math::atan);
    floating(ops, "sinh", Math::sinh);
    floating(ops, "cosh", Math::cosh);
    floating(ops, "erf", io.octant.reference.kernel.Activations::erf);
  }

  private static void keeping(OperatorSet.Builder ops, String name, DoubleUnaryOperator f) {
    ops.define("input", a -> keeping(a, f), "torch." + name, "." + name, "." + name + "_");
  }

  private static void floating(OperatorSet.Builder ops, String name, DoubleUnaryOperator f) {
    ops.define(
        "input",
        a -> Elementwise.mapFloat(a.tensor("input"), f),
        "torch." + name,
        "." + name,
        "." + name + "_");
  }

  private static Object keeping(NamedValues args, DoubleUnaryOperator f) {
    Object v = args.value("input");
    if (v instanceof Tensor t) {
      return Elementwise.map(t, f);
    }
    double result = f.applyAsDouble(args.number("input"));
    return v instanceof Long ? (Object) (long) result : (Object) result;
  }
}
