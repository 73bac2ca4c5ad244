package io.octant.reference;

import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorException;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Elementwise;
import io.octant.reference.kernel.Pointwise;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * {@code +}, {@code -}, {@code *}, {@code /} and relatives, as operators, functions and methods.
 */
final class ArithmeticOperators {
  private ArithmeticOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("operator.add", ArithmeticOperators::plus);
    ops.define("add", a -> scaled(Arithmetic.ADD, a));
    ops.define("sub", a -> scaled(Arithmetic.SUBTRACT, a));
    define(ops, "operator.sub", Arithmetic.SUBTRACT);
    ops.define("rsub", ArithmeticOperators::reverseSub);
    define(ops, "mul", Arithmetic.MULTIPLY);
    ops.define("div", ArithmeticOperators::divide);
    define(ops, "floor_divide", Arithmetic.FLOOR_DIVIDE);
    define(ops, "remainder", Arithmetic.REMAINDER);
    ops.define("pow", a -> Arithmetic.power(a.value("input"), a.value("other")));
    define(ops, "maximum", Arithmetic.MAXIMUM);
    define(ops, "minimum", Arithmetic.MINIMUM);
    define(ops, "fmax", Arithmetic.GREATER_NUMBER);
    define(ops, "fmin", Arithmetic.SMALLER_NUMBER);
    define(ops, "fmod", Arithmetic.FMOD);
    floating(ops, "atan2", Math::atan2);
    floating(ops, "hypot", Math::hypot);
    floating(ops, "copysign", Math::copySign);
    ops.define("lerp", a -> Pointwise.lerp(a.tensor("input"), a.tensor("end"), a.value("weight")));
    ops.define("addcmul", ArithmeticOperators::addcmul);
    ops.define(
        "addcdiv",
        a ->
            Pointwise.addQuotient(
                a.tensor("input"), a.tensor("tensor1"), a.tensor("tensor2"), a.number("value")));
  }

  private static void define(OperatorSet.Builder ops, String row, Arithmetic operation) {
    ops.define(row, a -> operation.apply(a.value("input"), a.value("other")));
  }

  /** An operation of two tensors, or a tensor and a number, whose result is a float. */
  private static void floating(OperatorSet.Builder ops, String row, DoubleBinaryOperator f) {
    ops.define(row, a -> Elementwise.combineAsFloat(a.tensor("input"), a.value("other"), f));
  }

  /** {@code a + b}, which also joins lists and tuples. */
  private static Object plus(NamedValues args) {
    Object a = args.value("input");
    Object b = args.value("other");
    if (a instanceof Tuple || a instanceof Shape || a instanceof List<?>) {
      if (b instanceof Tensor || b instanceof Number) {
        throw new OperatorException("Cannot add " + b + " to the sequence " + a);
      }
      List<Object> joined = new ArrayList<>(args.items("input"));
      joined.addAll(args.items("other"));
      if (a instanceof Shape) {
        return Shape.of(joined.stream().mapToInt(d -> ((Long) d).intValue()).toArray());
      }
      return a instanceof Tuple ? new Tuple(joined) : List.copyOf(joined);
    }
    return Arithmetic.ADD.apply(a, b);
  }

  private static Object scaled(Arithmetic operation, NamedValues args) {
    return operation.apply(args.value("input"), scale(args, "other"));
  }

  private static Object scale(NamedValues args, String name) {
    boolean one = args.number("alpha") == 1;
    return one
        ? args.value(name)
        : Arithmetic.MULTIPLY.apply(args.value(name), args.value("alpha"));
  }

  private static Object reverseSub(NamedValues args) {
    return Arithmetic.SUBTRACT.apply(args.value("other"), scale(args, "input"));
  }

  private static Object divide(NamedValues args) {
    Object a = args.value("input");
    Object b = args.value("other");
    if (args.isNone("rounding_mode")) {
      return Arithmetic.divide(a, b);
    }
    return switch (args.text("rounding_mode")) {
      case "floor" -> Arithmetic.FLOOR_DIVIDE.apply(a, b);
      case "trunc" -> Arithmetic.TRUNCATE_DIVIDE.apply(a, b);
      default -> throw args.wrong("rounding_mode", "None, 'floor' or 'trunc'");
    };
  }

  private static Object addcmul(NamedValues args) {
    Object product = Arithmetic.MULTIPLY.apply(args.value("tensor1"), args.value("tensor2"));
    return Arithmetic.ADD.apply(
        args.value("input"), Arithmetic.MULTIPLY.apply(product, args.value("value")));
  }
}
