package io.octant.onnx.export;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Arithmetic, comparisons and functions of each element. */
final class ElementwiseExports {
  private ElementwiseExports() {}

  static Map<String, NodeExport> rules() {
    Map<String, NodeExport> out = new LinkedHashMap<>();
    out.put("operator.add", binary("Add"));
    out.put("operator.sub", binary("Sub"));
    out.put("mul", binary("Mul"));
    out.put("pow", binary("Pow"));
    out.put("maximum", binary("Max"));
    out.put("minimum", binary("Min"));
    out.put("fmax", c -> number(c, "Max"));
    out.put("fmin", c -> number(c, "Min"));
    out.put("copysign", ElementwiseExports::copySign);
    out.put("lerp", ElementwiseExports::lerp);
    out.put("add", c -> c.plus(c.in("input", c.dtype()), other(c)));
    out.put("sub", c -> c.graph().emit("Sub", c.in("input", c.dtype()), other(c)));
    out.put(
        "rsub",
        c ->
            c.graph()
                .emit(
                    "Sub",
                    c.in("other", c.dtype()),
                    c.scaled(c.in("input", c.dtype()), c.dtype(), c.values().number("alpha"))));
    out.put("div", ElementwiseExports::div);
    out.put("floor_divide", c -> floorDivided(c));
    out.put("remainder", ElementwiseExports::remainder);
    out.put(
        "fmod",
        c ->
            c.graph()
                .emit(
                    "Mod", Map.of("fmod", 1L), c.in("input", c.dtype()), c.in("other", c.dtype())));
    out.put("hypot", c -> c.graph().emit("Sqrt", c.plus(square(c, "input"), square(c, "other"))));
    out.put("addcmul", c -> addTo(c, "Mul"));
    out.put("addcdiv", c -> addTo(c, "Div"));
    comparisons(out);
    functions(out);
    return out;
  }

  private static NodeExport binary(String op) {
    return c -> {
      if (c.dtype() == DType.BOOL) {
        throw c.refusal("operands of " + DType.BOOL + ", expected numbers");
      }
      return c.graph().emit(op, c.in("input", c.dtype()), c.in("other", c.dtype()));
    };
  }

  /** {@code alpha · other}. */
  private static String other(NodeCall c) {
    return c.scaled(c.in("other", c.dtype()), c.dtype(), c.values().number("alpha"));
  }

  private static String div(NodeCall c) {
    if (!c.has("rounding_mode")) {
      return binary("Div").run(c).toString();
    }
    if (c.values().text("rounding_mode").equals("floor")) {
      return floorDivided(c);
    }
    String quotient = binary("Div").run(c).toString();
    return c.dtype().isFloatingPoint() ? truncated(c, quotient) : quotient;
  }

  private static String floorDivided(NodeCall c) {
    DType t = c.dtype();
    String a = c.in("input", t);
    String b = c.in("other", t);
    return t.isFloatingPoint()
        ? c.graph().emit("Floor", c.graph().emit("Div", a, b))
        : c.graph().emit("Div", c.graph().emit("Sub", a, c.graph().emit("Mod", a, b)), b);
  }

  private static String remainder(NodeCall c) {
    DType t = c.dtype();
    String a = c.in("input", t);
    String b = c.in("other", t);
    if (!t.isFloatingPoint()) {
      return c.graph().emit("Mod", a, b);
    }
    String whole = c.graph().emit("Floor", c.graph().emit("Div", a, b));
    return c.graph().emit("Sub", a, c.times(b, whole));
  }

  /** The larger or smaller; a number wins over NaN. */
  private static String number(NodeCall c, String op) {
    String a = c.in("input", c.dtype());
    String b = c.in("other", c.dtype());
    String chosen = binary(op).run(c).toString();
    if (!c.dtype().isFloatingPoint()) {
      return chosen;
    }
    ExportGraph g = c.graph();
    String right = g.emit("Where", g.emit("IsNaN", b), a, chosen);
    return g.emit("Where", g.emit("IsNaN", a), b, right);
  }

  /** A sign is negative below zero and where the reciprocal is, which tells −0. */
  private static String copySign(NodeCall c) {
    ExportGraph g = c.graph();
    String zero = g.number(c.dtype(), 0);
    String sign = c.in("other", c.dtype());
    String size = g.emit("Abs", c.in("input", c.dtype()));
    String below = g.emit("Less", sign, zero);
    String negative = g.emit("Or", below, g.emit("Less", g.emit("Reciprocal", sign), zero));
    return g.emit("Where", negative, g.emit("Neg", size), size);
  }

  /** From the nearer end, as PyTorch has it. */
  private static String lerp(NodeCall c) {
    DType t = c.dtype();
    ExportGraph g = c.graph();
    String start = c.in("input", t);
    String end = c.in("end", t);
    String weight = c.in("weight", t);
    String way = g.emit("Sub", end, start);
    String rest = g.emit("Sub", g.number(t, 1), weight);
    return g.emit(
        "Where",
        g.emit("Less", g.emit("Abs", weight), g.number(t, 0.5)),
        c.plus(start, c.times(weight, way)),
        g.emit("Sub", end, c.times(way, rest)));
  }

  private static String square(NodeCall c, String name) {
    String x = c.in(name, c.dtype());
    return c.times(x, x);
  }

  private static String addTo(NodeCall c, String op) {
    DType t = c.dtype();
    String term = c.graph().emit(op, c.in("tensor1", t), c.in("tensor2", t));
    return c.plus(c.in("input", t), c.scaled(term, t, c.values().number("value")));
  }

  private static void comparisons(Map<String, NodeExport> out) {
    out.put("eq", comparison("Equal"));
    out.put("ne", c -> truth(c, c.graph().emit("Not", compared(c, "Equal"))));
    out.put("lt", comparison("Less"));
    out.put("le", comparison("LessOrEqual"));
    out.put("gt", comparison("Greater"));
    out.put("ge", comparison("GreaterOrEqual"));
    out.put("logical_and", logical("And"));
    out.put("logical_or", logical("Or"));
    out.put("logical_xor", logical("Xor"));
    out.put("logical_not", c -> truth(c, c.graph().emit("Not", c.in("input", DType.BOOL))));
    out.put("bitwise_and", bitwise("And", "BitwiseAnd"));
    out.put("bitwise_or", bitwise("Or", "BitwiseOr"));
    out.put("bitwise_xor", bitwise("Xor", "BitwiseXor"));
    out.put(
        "bitwise_not",
        c ->
            c.graph()
                .emit(c.dtype() == DType.BOOL ? "Not" : "BitwiseNot", c.in("input", c.dtype())));
    out.put(
        "where",
        c ->
            c.graph()
                .emit(
                    "Where",
                    c.in("condition", DType.BOOL),
                    c.in("input", c.dtype()),
                    c.in("other", c.dtype())));
    out.put(
        "masked_fill",
        c ->
            c.graph()
                .emit(
                    "Where",
                    c.in("mask", DType.BOOL),
                    c.in("value", c.dtype()),
                    c.in("input", c.dtype())));
    out.put("isnan", c -> c.graph().emit("IsNaN", floats(c, "input")));
    out.put("isinf", c -> c.graph().emit("IsInf", floats(c, "input")));
    out.put(
        "isfinite",
        c ->
            c.graph()
                .emit(
                    "Not",
                    c.graph()
                        .emit(
                            "Or",
                            c.graph().emit("IsNaN", floats(c, "input")),
                            c.graph().emit("IsInf", floats(c, "input")))));
  }

  private static String floats(NodeCall c, String name) {
    return c.like(name).dtype().isFloatingPoint() ? c.in(name) : c.in(name, DType.FLOAT32);
  }

  private static NodeExport comparison(String op) {
    return c -> truth(c, compared(c, op));
  }

  private static String compared(NodeCall c, String op) {
    DType t = c.promoted("input", "other");
    return c.graph().emit(op, c.in("input", t), c.in("other", t));
  }

  /** Truth values in the type of the result, which a method in place keeps. */
  private static String truth(NodeCall c, String bools) {
    return c.dtype() == DType.BOOL ? bools : c.graph().cast(bools, c.dtype());
  }

  private static NodeExport logical(String op) {
    return c -> truth(c, c.graph().emit(op, c.in("input", DType.BOOL), c.in("other", DType.BOOL)));
  }

  private static NodeExport bitwise(String ofBools, String ofIntegers) {
    return c ->
        c.graph()
            .emit(
                c.dtype() == DType.BOOL ? ofBools : ofIntegers,
                c.in("input", c.dtype()),
                c.in("other", c.dtype()));
  }

  private static void functions(Map<String, NodeExport> out) {
    for (String row :
        new String[] {
          "neg", "abs", "sign", "floor", "ceil", "round", "exp", "log", "sqrt", "reciprocal", "sin",
          "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "erf"
        }) {
      out.put(row, unary(Character.toUpperCase(row.charAt(0)) + row.substring(1)));
    }
    out.put("arcsin", unary("Asin"));
    out.put("arccos", unary("Acos"));
    out.put("arctan", unary("Atan"));
    out.put("positive", c -> c.in("input", c.dtype()));
    out.put("square", c -> square(c, "input"));
    out.put(
        "rsqrt",
        c -> c.graph().emit("Reciprocal", c.graph().emit("Sqrt", c.in("input", c.dtype()))));
    out.put("log2", c -> logarithm(c, 2));
    out.put("log10", c -> logarithm(c, 10));
    out.put("log1p", c -> c.graph().emit("Log", c.plus(c.in("input", c.dtype()), one(c))));
    out.put(
        "expm1",
        c -> c.graph().emit("Sub", c.graph().emit("Exp", c.in("input", c.dtype())), one(c)));
    out.put(
        "exp2",
        c -> c.graph().emit("Pow", c.graph().number(c.dtype(), 2), c.in("input", c.dtype())));
    out.put(
        "erfc",
        c -> c.graph().emit("Sub", one(c), c.graph().emit("Erf", c.in("input", c.dtype()))));
    out.put("trunc", c -> truncated(c, c.in("input", c.dtype())));
    out.put("fix", c -> truncated(c, c.in("input", c.dtype())));
    out.put(
        "frac",
        c -> {
          String x = c.in("input", c.dtype());
          return c.graph().emit("Sub", x, truncated(c, x));
        });
    out.put("deg2rad", c -> c.scaled(c.in("input", c.dtype()), c.dtype(), Math.PI / 180));
    out.put("rad2deg", c -> c.scaled(c.in("input", c.dtype()), c.dtype(), 180 / Math.PI));
    out.put("nan_to_num", ElementwiseExports::nanToNum);
  }

  private static NodeExport unary(String op) {
    return c -> c.graph().emit(op, c.in("input", c.dtype()));
  }

  private static String one(NodeCall c) {
    return c.graph().number(c.dtype(), 1);
  }

  private static String logarithm(NodeCall c, double base) {
    String natural = c.graph().emit("Log", c.in("input", c.dtype()));
    return c.graph().emit("Div", natural, c.graph().number(c.dtype(), Math.log(base)));
  }

  static String truncated(NodeCall c, String x) {
    if (!c.dtype().isFloatingPoint()) {
      return x;
    }
    return c.times(c.graph().emit("Sign", x), c.graph().emit("Floor", c.graph().emit("Abs", x)));
  }

  private static String nanToNum(NodeCall c) {
    DType t = c.dtype();
    String x = c.in("input", t);
    if (!t.isFloatingPoint()) {
      return x;
    }
    double largest =
        switch (t) {
          case FLOAT64 -> Double.MAX_VALUE;
          case FLOAT16 -> 65504;
          case BFLOAT16 -> 0x1.fep127;
          default -> Float.MAX_VALUE;
        };
    String nan = c.graph().emit("IsNaN", x);
    String high = c.graph().emit("IsInf", Map.of("detect_negative", 0L), x);
    String low = c.graph().emit("IsInf", Map.of("detect_positive", 0L), x);
    String out = replaced(c, nan, c.has("nan") ? c.values().number("nan") : 0, x);
    out = replaced(c, high, c.has("posinf") ? c.values().number("posinf") : largest, out);
    return replaced(c, low, c.has("neginf") ? c.values().number("neginf") : -largest, out);
  }

  private static String replaced(NodeCall c, String where, double by, String x) {
    return c.graph().emit("Where", where, c.graph().number(c.dtype(), by), x);
  }

  /** A constant of a shape, for weights that are left out. */
  static String filled(NodeCall c, double value, int... dims) {
    Tensor t = ExportGraph.filled(DType.FLOAT32, Shape.of(dims), value);
    return c.graph().constant(t);
  }
}
