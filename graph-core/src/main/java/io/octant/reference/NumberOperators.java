package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorException;
import io.octant.reference.binding.OperatorSet;
import io.octant.tensor.Tensor;
import java.util.function.DoubleUnaryOperator;

/** Functions of Python's {@code math} and conversions of numbers, for size arithmetic in graphs. */
final class NumberOperators {
  private NumberOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("math.sqrt", a -> real(a, Math::sqrt));
    ops.define("math.exp", a -> real(a, Math::exp));
    ops.define("math.log", NumberOperators::log);
    ops.define("math.log2", a -> real(a, NumberOperators::binaryLogarithm));
    ops.define("math.pow", a -> Math.pow(a.number("x"), a.number("y")));
    ops.define("math.floor", a -> whole(a, Math::floor));
    ops.define("math.ceil", a -> whole(a, Math::ceil));
    ops.define("math.trunc", NumberOperators::truncated);
    ops.define("builtins.float", a -> a.number("x"));
  }

  private static Object real(NamedValues args, DoubleUnaryOperator f) {
    double x = args.number("x");
    double result = f.applyAsDouble(x);
    if (Double.isNaN(result) && !Double.isNaN(x)) {
      throw args.wrong("x", "a number in the domain of the function");
    }
    return result;
  }

  private static Object log(NamedValues args) {
    double base = args.isNone("base") ? Math.E : args.number("base");
    return real(args, x -> logarithm(x, base));
  }

  /** NaN where the logarithm is not a number or, for 0, not finite. */
  private static double logarithm(double x, double base) {
    if (!(x > 0)) {
      return Double.NaN;
    }
    return base == Math.E ? Math.log(x) : Math.log(x) / Math.log(base);
  }

  /** Exact for powers of two. */
  private static double binaryLogarithm(double x) {
    if (!(x > 0) || Double.isInfinite(x)) {
      return logarithm(x, 2);
    }
    int exponent = Math.getExponent(x);
    return exponent + Math.log(Math.scalb(x, -exponent)) / Math.log(2);
  }

  private static Object truncated(NamedValues args) {
    return whole(args, v -> v < 0 ? Math.ceil(v) : Math.floor(v));
  }

  private static Object whole(NamedValues args, DoubleUnaryOperator rounding) {
    Object x = args.value("x");
    if (x instanceof Long) {
      return x;
    }
    if (x instanceof Tensor t && t.numel() == 1 && !t.dtype().isFloatingPoint()) {
      return t.longAt(0);
    }
    double value = args.number("x");
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      throw new OperatorException(
          "Cannot convert to an int in "
              + args.owner()
              + ": "
              + value
              + ", expected a finite number");
    }
    return (long) rounding.applyAsDouble(value);
  }
}
