package io.octant.reference;

import io.octant.graph.Tuple;
import io.octant.reference.binding.OperatorException;
import io.octant.reference.kernel.Elementwise;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * A binary operation on tensors and on Python numbers, which size arithmetic in graphs is made of.
 *
 * @param symbol for messages
 */
record Arithmetic(String symbol, DoubleBinaryOperator onFloats, LongBinaryOperator onIntegers) {
  static final Arithmetic ADD = new Arithmetic("+", Double::sum, Long::sum);
  static final Arithmetic SUBTRACT = new Arithmetic("-", (a, b) -> a - b, (a, b) -> a - b);
  static final Arithmetic MULTIPLY = new Arithmetic("*", (a, b) -> a * b, (a, b) -> a * b);
  static final Arithmetic FLOOR_DIVIDE =
      new Arithmetic("//", (a, b) -> Math.floor(a / b), Math::floorDiv);
  static final Arithmetic TRUNCATE_DIVIDE =
      new Arithmetic(
          "/", (a, b) -> a / b < 0 ? Math.ceil(a / b) : Math.floor(a / b), (a, b) -> a / b);
  static final Arithmetic REMAINDER = new Arithmetic("%", Arithmetic::remainder, Math::floorMod);

  /** The remainder with the sign of the dividend, as C has it. */
  static final Arithmetic FMOD =
      new Arithmetic("fmod", (a, b) -> a % b, Arithmetic::integerRemainder);

  private static final Arithmetic POWER = new Arithmetic("**", Math::pow, Arithmetic::power);
  static final Arithmetic MAXIMUM = new Arithmetic("max", Math::max, Math::max);
  static final Arithmetic MINIMUM = new Arithmetic("min", Math::min, Math::min);

  /** As maximum, but a number wins over NaN. */
  static final Arithmetic GREATER_NUMBER =
      new Arithmetic(
          "fmax", (a, b) -> Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b), Math::max);

  /** As minimum, but a number wins over NaN. */
  static final Arithmetic SMALLER_NUMBER =
      new Arithmetic(
          "fmin", (a, b) -> Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b), Math::min);

  /** With the sign of the divisor; exact, also of infinite divisors. */
  private static double remainder(double a, double b) {
    double rest = a % b;
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  }

  private static long integerRemainder(long a, long b) {
    if (b == 0) {
      throw new OperatorException(
          "Cannot compute fmod of " + a + " and 0, expected a divisor other than 0");
    }
    return a % b;
  }

  /** By squaring. Of a negative exponent the integer part, and 0 of base 0, as PyTorch has it. */
  private static long power(long base, long exponent) {
    if (exponent < 0) {
      return base == 1 ? 1 : base != -1 ? 0 : exponent % 2 == 0 ? 1 : -1;
    }
    long result = 1;
    long factor = base;
    for (long left = exponent; left > 0; left >>= 1) {
      result *= (left & 1) == 0 ? 1 : factor;
      factor *= factor;
    }
    return result;
  }

  /**
   * {@code a ** b}. A negative exponent of two integers gives a float, as in Python; an integer
   * tensor to a negative integer is refused, as by PyTorch.
   */
  static Object power(Object a, Object b) {
    boolean negative = isInteger(b) && integer(b) < 0;
    if (negative && isInteger(a)) {
      if (integer(a) == 0) {
        throw new OperatorException(
            "Cannot raise 0 to the power of " + b + ", expected an exponent of 0 or more");
      }
      return Math.pow(integer(a), integer(b));
    }
    if (negative && a instanceof Tensor t && !t.isQuantized() && !t.dtype().isFloatingPoint()) {
      throw new OperatorException(
          "Cannot raise " + t + " to the power of " + b + ", expected 0 or more for integers");
    }
    return POWER.apply(a, b);
  }

  /** Applies the operation; two numbers give a number. */
  Object apply(Object a, Object b) {
    if (a instanceof Tensor || b instanceof Tensor) {
      return Elementwise.combine(a, b, onFloats, onIntegers);
    }
    if (isInteger(a) && isInteger(b)) {
      return onIntegers.applyAsLong(integer(a), integer(b));
    }
    return onFloats.applyAsDouble(number(a), number(b));
  }

  /** True division: the result is a float. */
  static Object divide(Object a, Object b) {
    if (a instanceof Tensor || b instanceof Tensor) {
      return Elementwise.combineAsFloat(a, b, (x, y) -> x / y);
    }
    return number(a) / number(b);
  }

  private static boolean isInteger(Object o) {
    return o instanceof Long || o instanceof Boolean;
  }

  private static long integer(Object o) {
    return o instanceof Boolean b ? (b ? 1 : 0) : (Long) o;
  }

  private static double number(Object o) {
    if (o instanceof Number n) {
      return n.doubleValue();
    }
    if (o instanceof Boolean b) {
      return b ? 1 : 0;
    }
    String kind = o instanceof Tuple || o instanceof Shape ? "a sequence " : "";
    throw new OperatorException(
        "Cannot compute with " + kind + o + ", expected a tensor or a number");
  }
}
