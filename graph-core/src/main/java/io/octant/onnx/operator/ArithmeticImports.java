package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Elementwise arithmetic. Constant scalars become Python numbers, as in a traced program. */
final class ArithmeticImports {
  private ArithmeticImports() {}

  static List<OperatorSpec> rows() {
    return new ImportFamily("")
        .add("Add", 1, 2, 2, OldBroadcast.ATTRIBUTES, binary("operator.add"))
        .add("Sub", 1, 2, 2, OldBroadcast.ATTRIBUTES, binary("operator.sub"))
        .add("Mul", 1, 2, 2, OldBroadcast.ATTRIBUTES, binary("operator.mul"))
        .add("Div", 1, 2, 2, OldBroadcast.ATTRIBUTES, ArithmeticImports::div)
        .add("Pow", 1, 2, 2, OldBroadcast.ATTRIBUTES, ArithmeticImports::pow)
        .add("Mod", 10, 2, 2, Set.of("fmod"), ArithmeticImports::mod)
        .add("Max", 1, 1, OperatorSpec.VARIADIC, Set.of(), extreme("torch.maximum"))
        .add("Min", 1, 1, OperatorSpec.VARIADIC, Set.of(), extreme("torch.minimum"))
        .add("Sum", 1, 1, OperatorSpec.VARIADIC, Set.of(), chain("operator.add"))
        .add("Mean", 1, 1, OperatorSpec.VARIADIC, Set.of(), ArithmeticImports::mean)
        .add("Sqrt", 1, 1, 1, Set.of(), unary("torch.sqrt"))
        .add("Exp", 1, 1, 1, Set.of(), unary("torch.exp"))
        .add("Log", 1, 1, 1, Set.of(), unary("torch.log"))
        .add("Neg", 1, 1, 1, Set.of(), unary("operator.neg"))
        .add("Abs", 1, 1, 1, Set.of(), unary("torch.abs"))
        .add("Reciprocal", 1, 1, 1, Set.of(), unary("torch.reciprocal"))
        .add("Floor", 1, 1, 1, Set.of(), unary("torch.floor"))
        .add("Ceil", 1, 1, 1, Set.of(), unary("torch.ceil"))
        .add("Round", 11, 1, 1, Set.of(), unary("torch.round"))
        .add("Sign", 9, 1, 1, Set.of(), unary("torch.sign"))
        .add("Erf", 9, 1, 1, Set.of(), unary("torch.erf"))
        .add("Sin", 7, 1, 1, Set.of(), unary("torch.sin"))
        .add("Cos", 7, 1, 1, Set.of(), unary("torch.cos"))
        .add("Tan", 7, 1, 1, Set.of(), unary("torch.tan"))
        .add("Asin", 7, 1, 1, Set.of(), unary("torch.asin"))
        .add("Acos", 7, 1, 1, Set.of(), unary("torch.acos"))
        .add("Atan", 7, 1, 1, Set.of(), unary("torch.atan"))
        .add("Sinh", 9, 1, 1, Set.of(), unary("torch.sinh"))
        .add("Cosh", 9, 1, 1, Set.of(), unary("torch.cosh"))
        .add("Asinh", 9, 1, 1, Set.of(), unary("torch.asinh"))
        .add("Acosh", 9, 1, 1, Set.of(), unary("torch.acosh"))
        .add("Atanh", 9, 1, 1, Set.of(), unary("torch.atanh"))
        .rows();
  }

  private static NodeImport.Single unary(String function) {
    return (node, in, graph) -> graph.function(function, in.get(0));
  }

  private static NodeImport.Single binary(String function) {
    return (node, in, graph) ->
        apply(function, in.get(0), OldBroadcast.second(node, in, graph), graph);
  }

  private static Value apply(String function, Value a, Value b, ImportGraph graph) {
    boolean fold = a.isKnown() && b.isKnown(); // keeps the shapes of known operands
    boolean integers = !Dtypes.of(a).isFloatingPoint() && !Dtypes.of(b).isFloatingPoint();
    if (a.isMask() || b.isMask() || (integers && !fold)) {
      return withMask(function, a, b, graph);
    }
    return spelled(function, a, b, fold, graph);
  }

  /**
   * Arithmetic with a mask or on integers, spelled so that no backend quantizes it: what is added
   * to hide a position is orders of magnitude beyond the values, and would leave them one step of
   * the scale.
   */
  private static Value withMask(String function, Value a, Value b, ImportGraph graph) {
    if (function.equals("operator.add")) { // x + m is x − (−m), bit for bit
      Value mask = b.isMask() || b.isKnown() ? b : a;
      Value other = mask == b ? a : b;
      return spelled("operator.sub", other, graph.function("operator.neg", mask), false, graph);
    }
    String other = function.equals("operator.mul") ? "torch.multiply" : function;
    return spelled(other, a, b, false, graph);
  }

  private static Value spelled(String function, Value a, Value b, boolean fold, ImportGraph graph) {
    // A one-element operand of rank 1 would raise the rank of a scalar: only then it stays a
    // tensor.
    Object left = fold || b.rank() == 0 ? a : graph.scalarOr(a);
    Object right = fold || a.rank() == 0 || left != a ? b : graph.scalarOr(b);
    return graph.function(function, left, right);
  }

  /** The result has the type of the base. */
  private static Value pow(OnnxNode node, Inputs in, ImportGraph graph) {
    Value power = apply("torch.pow", in.get(0), OldBroadcast.second(node, in, graph), graph);
    DType base = Dtypes.of(in.get(0));
    return Dtypes.of(power) == base ? power : graph.method("to", power, base);
  }

  /** Integers divide towards zero, as in ONNX and C. */
  private static Value div(OnnxNode node, Inputs in, ImportGraph graph) {
    Value divisor = OldBroadcast.second(node, in, graph);
    if (Dtypes.of(in.get(0)).isFloatingPoint()) {
      return apply("operator.truediv", in.get(0), divisor, graph);
    }
    return graph.function(
        "torch.div", List.of(in.get(0), divisor), Map.of("rounding_mode", "trunc"));
  }

  private static Value mod(OnnxNode node, Inputs in, ImportGraph graph) {
    boolean fmod = node.flag("fmod", false);
    if (!fmod && Dtypes.of(in.get(0)).isFloatingPoint() && node.opset() < 28) {
      throw node.error("fmod = 0 on floating point numbers, expected 1 before operator set 28");
    }
    String function = fmod ? "torch.fmod" : "torch.remainder";
    return graph.function(function, in.get(0), in.get(1));
  }

  private static NodeImport.Single chain(String function) {
    return (node, in, graph) -> fold(function, in, graph);
  }

  private static NodeImport.Single extreme(String function) {
    return (node, in, graph) -> {
      Value out = in.get(0);
      for (int i = 1; i < in.size(); i++) {
        out = extreme(function, out, in.get(i), graph);
      }
      return out;
    };
  }

  /** The larger or smaller one; next to a constant scalar it is the limit that backends know. */
  private static Value extreme(String function, Value a, Value b, ImportGraph graph) {
    Value x = a.isKnown() ? b : a;
    Value limit = x == a ? b : a;
    if (x.isKnown()
        || !limit.isConstant()
        || !(limit.at(false) instanceof Tensor t && t.dtype().isFloatingPoint())
        || t.numel() != 1
        || t.shape().rank() > x.rank()
        || !Double.isFinite(t.doubleAt(0))) {
      return graph.function(function, a, b);
    }
    return function.equals("torch.maximum")
        ? ActivationImports.limited(x, t.doubleAt(0), Double.POSITIVE_INFINITY, graph)
        : ActivationImports.limited(x, Double.NEGATIVE_INFINITY, t.doubleAt(0), graph);
  }

  private static Value fold(String function, Inputs in, ImportGraph graph) {
    Value out = in.get(0);
    for (int i = 1; i < in.size(); i++) {
      out = graph.function(function, out, in.get(i));
    }
    return out;
  }

  private static Value mean(OnnxNode node, Inputs in, ImportGraph graph) {
    return graph.function("operator.truediv", fold("operator.add", in, graph), (double) in.size());
  }
}
