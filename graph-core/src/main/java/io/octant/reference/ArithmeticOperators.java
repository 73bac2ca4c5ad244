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
    ops.define("a, b", ArithmeticOperators::plus, "operator.add", "operator.iadd");
    ops.define(
        "input, other, *, alpha=1, out=None", a -> scaled(Arithmetic.ADD, a), "torch.add", ".add");
    ops.define(
        "input, other, *, alpha=1, out=None",
        a -> scaled(Arithmetic.SUBTRACT, a),
        "torch.sub",
        "torch.subtract",
        ".sub",
        ".subtract");
    define(ops, Arithmetic.SUBTRACT, "operator.sub", "operator.isub");
    ops.define("input, other, *, alpha=1", ArithmeticOperators::reverseSub, "torch.rsub");
    define(
        ops,
        Arithmetic.MULTIPLY,
        "operator.mul",
        "operator.imul",
        "torch.mul",
        "torch.multiply",
        ".mul",
        ".multiply");
    ops.define(
        "input, other, *, rounding_mode=None, out=None",
        ArithmeticOperators::divide,
        "operator.truediv",
        "operator.itruediv",
        "torch.div",
        "torch.divide",
        "torch.true_divide",
        ".div",
        ".divide",
        ".true_divide");
    define(
        ops,
        Arithmetic.FLOOR_DIVIDE,
        "operator.floordiv",
        "operator.ifloordiv",
        "torch.floor_divide",
        ".floor_divide");
    define(ops, Arithmetic.REMAINDER, "operator.mod", "torch.remainder", ".remainder");
    define(ops, Arithmetic.POWER, "operator.pow", "operator.ipow", "torch.pow", ".pow");
    define(ops, Arithmetic.MAXIMUM, "torch.maximum", ".maximum");
    define(ops, Arithmetic.MINIMUM, "torch.minimum", ".minimum");
    define(ops, Arithmetic.GREATER_NUMBER, "torch.fmax", ".fmax");
    define(ops, Arithmetic.SMALLER_NUMBER, "torch.fmin", ".fmin");
    define(ops, Arithmetic.FMOD, "torch.fmod", ".fmod");
    floating(ops, Math::atan2, "torch.atan2", "torch.arctan2", ".atan2", ".arctan2");
    floating(ops, Math::hypot, "torch.hypot", ".hypot");
    floating(ops, Math::copySign, "torch.copysign", ".copysign");
    ops.define(
        "input, end, weight, *, out=None",
        a -> Pointwise.lerp(a.tensor("input"), a.tensor("end"), a.value("weight")),
        "torch.lerp",
        ".lerp");
    String products = "input, tensor1, tensor2, *, value=1, out=None";
    ops.define(products, ArithmeticOperators::addcmul, "torch.addcmul", ".addcmul");
    ops.define(
        products,
        a ->
            Pointwise.addQuotient(
                a.tensor("input"), a.tensor("tensor1"), a.tensor("tensor2"), a.number("value")),
        "torch.addcdiv",
        ".addcdiv");
  }

  private static void define(OperatorSet.Builder ops, Arithmetic operation, String... names) {
    ops.define(
        "input, other, *, out=None",
        a -> operation.apply(a.value("input"), a.value("other")),
        names);
  }

  /** An operation of two tensors, or a tensor and a number, whose result is a float. */
  private static void floating(OperatorSet.Builder ops, DoubleBinaryOperator f, String... names) {
    ops.define(
        "input, other, *, out=None",
        a -> Elementwise.combineAsFloat(a.tensor("input"), a.value("other"), f),
        names);
  }

  /** {@code a + b}, which also joins lists and tuples. */
  private static Object plus(NamedValues args) {
    Object a = args.value("a");
    Object b = args.value("b");
    if (a instanceof Tuple || a instanceof Shape || a instanceof List<?>) {
      if (b instanceof Tensor || b instanceof Number) {
        throw new OperatorException("Cannot add " + b + " to the sequence " + a);
      }
      List<Object> joined = new ArrayList<>(args.items("a"));
      joined.addAll(args.items("b"));
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
