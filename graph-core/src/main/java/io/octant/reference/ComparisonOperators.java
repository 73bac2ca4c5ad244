package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Elementwise;
import io.octant.reference.kernel.TypePromotion;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.function.LongBinaryOperator;

/** Comparisons, logic and selection by condition. */
final class ComparisonOperators {
  private ComparisonOperators() {}

  static void register(OperatorSet.Builder ops) {
    compare(ops, "eq", (a, b) -> a == b);
    compare(ops, "ne", (a, b) -> a != b);
    compare(ops, "lt", (a, b) -> a < b);
    compare(ops, "le", (a, b) -> a <= b);
    compare(ops, "gt", (a, b) -> a > b);
    compare(ops, "ge", (a, b) -> a >= b);
    logic(ops, "and", (a, b) -> a & b);
    logic(ops, "or", (a, b) -> a | b);
    logic(ops, "xor", (a, b) -> a ^ b);
    ops.define(
        "bitwise_left_shift", a -> shift(a, (x, by, bits) -> leavesBits(by, bits) ? x << by : 0));
    ops.define(
        "bitwise_right_shift",
        a -> shift(a, (x, by, bits) -> x >> (leavesBits(by, bits) ? by : 63)));
    ops.define(
        "logical_not", a -> Elementwise.compare(a.value("input"), 0L, (x, zero) -> x == zero));
    ops.define("bitwise_not", ComparisonOperators::invert);
    ops.define(
        "where", a -> Elementwise.where(a.tensor("condition"), a.value("input"), a.value("other")));

    ops.define("masked_fill", ComparisonOperators::maskedFill);
    ops.define("isnan", a -> test(a.tensor("input"), (x, y) -> Double.isNaN(x)));
    ops.define("isinf", a -> test(a.tensor("input"), (x, y) -> Double.isInfinite(x)));
    ops.define("isfinite", a -> test(a.tensor("input"), (x, y) -> Double.isFinite(x)));
  }

  private static void compare(OperatorSet.Builder ops, String name, Elementwise.Comparison test) {
    ops.define(name, a -> compare(a.value("input"), a.value("other"), test, name));
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

  private static void logic(OperatorSet.Builder ops, String name, LongBinaryOperator f) {
    ops.define(
        "bitwise_" + name,
        a ->
            Elementwise.combine(
                a.value("input"), a.value("other"), ComparisonOperators::noFloats, f));
    ops.define(
        "logical_" + name,
        a ->
            Elementwise.combine(
                isTrue(a.tensor("input")),
                isTrue(a.tensor("other")),
                ComparisonOperators::noFloats,
                f));
  }

  private interface Shift {
    long apply(long x, long by, int bits);
  }

  private static Object shift(NamedValues args, Shift f) {
    Object x = args.value("input");
    int bits = 8 * TypePromotion.resultType(x, args.value("other")).bytes();
    return Elementwise.combine(
        x, args.value("other"), ComparisonOperators::noFloats, (v, by) -> f.apply(v, by, bits));
  }

  /** Whether a shift leaves some of the bits of a type; no less than none, no more than all. */
  private static boolean leavesBits(long by, int bits) {
    return by >= 0 && by < bits;
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
