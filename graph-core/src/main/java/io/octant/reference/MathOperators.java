package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Activations;
import io.octant.reference.kernel.Elementwise;
import io.octant.reference.kernel.Pointwise;
import io.octant.tensor.Tensor;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/** Functions of one element: {@code abs}, {@code exp}, {@code sin}, {@code round} and the like. */
final class MathOperators {
  private MathOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("neg", a -> keeping(a, v -> -v));
    ops.define("abs", a -> keeping(a, Math::abs));
    ops.define("positive", a -> keeping(a, v -> v));
    ops.define("nan_to_num", MathOperators::nanToNum);
    define(ops, "frac", Pointwise::fraction);
    keeping(ops, "square", v -> v * v);
    keeping(ops, "sign", Math::signum);
    keeping(ops, "floor", Math::floor);
    keeping(ops, "ceil", Math::ceil);
    keeping(ops, "round", Math::rint);
    keeping(ops, "trunc", v -> v < 0 ? Math.ceil(v) : Math.floor(v));
    keeping(ops, "fix", v -> v < 0 ? Math.ceil(v) : Math.floor(v));
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
    floating(ops, "arcsin", Math::asin);
    floating(ops, "acos", Math::acos);
    floating(ops, "arccos", Math::acos);
    floating(ops, "atan", Math::atan);
    floating(ops, "arctan", Math::atan);
    floating(ops, "deg2rad", Math::toRadians);
    floating(ops, "rad2deg", Math::toDegrees);
    floating(ops, "sinh", Math::sinh);
    floating(ops, "cosh", Math::cosh);
    floating(ops, "erf", Activations::erf);
    define(ops, "erfc", Pointwise::erfc);
    define(ops, "exp2", Pointwise::exp2);
    define(ops, "asinh", Pointwise::asinh);
    define(ops, "acosh", Pointwise::acosh);
    define(ops, "atanh", Pointwise::atanh);
  }

  private static void define(OperatorSet.Builder ops, String row, UnaryOperator<Tensor> kernel) {
    ops.define(row, a -> kernel.apply(a.tensor("input")));
  }

  private static void keeping(OperatorSet.Builder ops, String name, DoubleUnaryOperator f) {
    ops.define(name, a -> keeping(a, f));
  }

  private static void floating(OperatorSet.Builder ops, String name, DoubleUnaryOperator f) {
    define(ops, name, x -> Elementwise.mapFloat(x, f));
  }

  private static Object nanToNum(NamedValues args) {
    return Pointwise.finite(
        args.tensor("input"),
        new Pointwise.Replacements(
            args.isNone("nan") ? 0 : args.number("nan"),
            args.isNone("posinf") ? null : args.number("posinf"),
            args.isNone("neginf") ? null : args.number("neginf")));
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
