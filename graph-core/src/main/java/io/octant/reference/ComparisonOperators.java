package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Operator;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Elementwise;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.function.LongBinaryOperator;

/** Comparisons, logic and selection by condition. */
final class ComparisonOperators {
  private ComparisonOperators() {}

  static void register(OperatorSet.Builder ops) {
    compare(ops, (a, b) -> a == b, "eq");
    compare(ops, (a, b) -> a != b, "ne", "torch.not_equal", ".not_equal");
    compare(ops, (a, b) -> a < b, "lt", "torch.less", ".less");
    compare(ops, (a, b) -> a <= b, "le", "torch.less_equal", ".less_equal");
    compare(ops, (a, b) -> a > b, "gt", "torch.greater", ".greater");
    compare(ops, (a, b) -> a >= b, "ge", "torch.greater_equal", ".greater_equal");
    logic(ops, (a, b) -> a & b, "and", "operator.and_");
    logic(ops, (a, b) -> a | b, "or", "operator.or_");
    logic(ops, (a, b) -> a ^ b, "xor", "operator.xor");
    ops.define(
        "input",
        a -> Elementwise.compare(a.value("input"), 0L, (x, zero) -> x == zero),
        "torch.logical_not",
        ".logical_not");
    ops.define(
        "input",
        ComparisonOperators::invert,
        "operator.invert",
        "torch.bitwise_not",
        ".bitwise_not");
    ops.define(
        "condition, input, other",
        a -> Elementwise.where(a.tensor("condition"), a.value("input"), a.value("other")),
        "torch.where");
    ops.define(
        "input, condition, other",
        a -> Elementwise.where(a.tensor("condition"), a.value("input"), a.value("other")),
        ".where");
    ops.define(
        "input, mask, value", ComparisonOperators::maskedFill, "torch.masked_fill", ".masked_fill");
    ops.define(
        "input", a -> test(a.tensor("input"), (x, y) -> Double.isNaN(x)), "torch.isnan", ".isnan");
    ops.define(
        "input",
        a -> test(a.tensor("input"), (x, y) -> Double.isInfinite(x)),
        "torch.isinf",
        ".isinf");
    ops.define(
        "input",
        a -> test(a.tensor("input"), (x, y) -> Double.isFinite(x)),
        "torch.isfinite",
        ".isfinite");
  }

  private static void compare(
      OperatorSet.Builder ops, Elementwise.Comparison test, String name, String... otherNames) {
    Operator operator = a -> compare(a.value("input"), a.value("other"), test, name);
    String signature = "input, other, *, out=None";
    ops.define(signature, operator, "operator." + name, "torch." + name, "." + name);
    ops.define(signature, operator, otherNames);
  }

  private static Object compare(Object a, Object b, Elementwise.Comparison test, String name) {
    if (a instanceof Tensor || b instanceof Tensor) {
      return Elementwise.compare(a, b, test);
    }
    if (a instanceof Number x && b instanceof Number y) {
      return test.test(x.doubleValue(), y.doubleValue());
    }
    return name.equals("ne") != a.equals(b);
  }

  private static void logic(
      OperatorSet.Builder ops, LongBinaryOperator f, String name, String operator) {
    ops.define(
        "input, other",
        a ->
            Elementwise.combine(
                a.value("input"), a.value("other"), ComparisonOperators::noFloats, f),
        operator,
        "torch.bitwise_" + name,
        ".bitwise_" + name);
    ops.define(
        "input, other",
        a ->
            Elementwise.combine(
                isTrue(a.tensor("input")),
                isTrue(a.tensor("other")),
                ComparisonOperators::noFloats,
                f),
        "torch.logical_" + name,
        ".logical_" + name);
  }

  private static double noFloats(double a, double b) {
    throw new io.octant.OctantException(
        "Cannot combine the bits of floats, expected integers or bools");
  }

  private static Tensor isTrue(Tensor t) {
    return Elementwise.compare(t, 0L, (x, zero) -> x != zero);
  }

  private static Tensor test(Tensor t, Elementwise.Comparison test) {
    return Elementwise.compare(t, 0L, test);
  }

  private static Object invert(NamedValues args) {
    Tensor t = args.tensor("input");
    return Elementwise.combine(
        t, t, ComparisonOperators::noFloats, (a, b) -> t.dtype() == DType.BOOL ? 1 - a : ~a);
  }

  private static Object maskedFill(NamedValues args) {
    Tensor x = args.tensor("input");
    Object value = args.value("value");
    Tensor filled = Elementwise.where(args.tensor("mask"), value, x);
    return io.octant.reference.kernel.Values.cast(filled, x.dtype());
  }
}
