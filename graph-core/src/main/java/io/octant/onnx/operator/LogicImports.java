package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.onnx.OnnxTypes;
import io.octant.tensor.DType;
import java.util.List;
import java.util.Set;

/** Comparisons, logic, selection by a mask, and casts. */
final class LogicImports {
  private LogicImports() {}

  static List<OperatorSpec> rows() {
    return new ImportFamily("")
        .add("Equal", 1, 2, 2, OldBroadcast.ATTRIBUTES, compare("operator.eq"))
        .add("Greater", 1, 2, 2, OldBroadcast.ATTRIBUTES, compare("operator.gt"))
        .add("Less", 1, 2, 2, OldBroadcast.ATTRIBUTES, compare("operator.lt"))
        .add("GreaterOrEqual", 12, 2, 2, Set.of(), compare("operator.ge"))
        .add("LessOrEqual", 12, 2, 2, Set.of(), compare("operator.le"))
        .add("And", 1, 2, 2, OldBroadcast.ATTRIBUTES, compare("torch.logical_and"))
        .add("Or", 1, 2, 2, OldBroadcast.ATTRIBUTES, compare("torch.logical_or"))
        .add("Xor", 1, 2, 2, OldBroadcast.ATTRIBUTES, compare("torch.logical_xor"))
        .add("Not", 1, 1, 1, Set.of(), (n, in, g) -> g.function("torch.logical_not", in.get(0)))
        .add("BitwiseAnd", 18, 2, 2, Set.of(), compare("operator.and_"))
        .add("BitwiseOr", 18, 2, 2, Set.of(), compare("operator.or_"))
        .add("BitwiseXor", 18, 2, 2, Set.of(), compare("operator.xor"))
        .add("BitwiseNot", 18, 1, 1, Set.of(), LogicImports::invert)
        .add("BitShift", 11, 2, 2, Set.of("direction"), LogicImports::shift)
        .add("IsInf", 10, 1, 1, Set.of("detect_negative", "detect_positive"), LogicImports::isInf)
        .add("IsNaN", 9, 1, 1, Set.of(), (n, in, g) -> g.function("torch.isnan", in.get(0)))
        .add("Where", 9, 3, 3, Set.of(), LogicImports::where)
        .add("Cast", 1, 1, 1, Set.of("to", "saturate", "round_mode"), LogicImports::cast)
        .add("CastLike", 15, 2, 2, Set.of("saturate", "round_mode"), LogicImports::castLike)
        .rows();
  }

  private static NodeImport.Single compare(String function) {
    return (node, in, graph) ->
        graph.function(function, in.get(0), OldBroadcast.second(node, in, graph));
  }

  private static Value invert(OnnxNode node, Inputs in, ImportGraph graph) {
    return graph.function("operator.invert", in.get(0));
  }

  private static Value shift(OnnxNode node, Inputs in, ImportGraph graph) {
    String direction = node.string("direction", "");
    return switch (direction) {
      case "LEFT" -> graph.function("operator.lshift", in.get(0), in.get(1));
      case "RIGHT" -> graph.function("operator.rshift", in.get(0), in.get(1));
      default -> throw node.error("direction '" + direction + "', expected LEFT or RIGHT");
    };
  }

  private static Value isInf(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    boolean negative = node.flag("detect_negative", true);
    boolean positive = node.flag("detect_positive", true);
    if (!negative && !positive) {
      return graph.function("operator.lt", x, x); // which holds nowhere
    }
    Value infinite = graph.function("torch.isinf", x);
    if (negative && positive) {
      return infinite;
    }
    Value side = graph.function(positive ? "operator.gt" : "operator.lt", x, 0.0);
    return graph.function("torch.logical_and", infinite, side);
  }

  private static Value where(OnnxNode node, Inputs in, ImportGraph graph) {
    return graph.function(
        "torch.where", List.of(in.get(0), in.get(1), in.get(2)), java.util.Map.of());
  }

  private static Value cast(OnnxNode node, Inputs in, ImportGraph graph) {
    DType to = OnnxTypes.dtype(Dtypes.target(node), node.toString());
    requireSaturation(node, to);
    return cast(in.get(0), to, graph);
  }

  /** What QuantizeLinear gives stays quantized as the type that its integers have already. */
  private static Value cast(Value x, DType to, ImportGraph graph) {
    if (to == Dtypes.inFile(x)) {
      return x;
    }
    return graph.method("to", Dtypes.isQuantized(x) ? graph.method("int_repr", x) : x, to);
  }

  private static Value castLike(OnnxNode node, Inputs in, ImportGraph graph) {
    DType to = Dtypes.inFile(in.get(1));
    requireSaturation(node, to);
    return cast(in.get(0), to, graph);
  }

  /** What becomes of numbers beyond the range matters for 8-bit floats only. */
  static void requireSaturation(OnnxNode node, DType to) {
    node.ignore("round_mode"); // for float8e8m0 only, which has no tensor here
    boolean eightBits = to == DType.FLOAT8_E4M3FN || to == DType.FLOAT8_E5M2;
    if (!node.flag("saturate", true) && eightBits) {
      throw node.error("attribute saturate = 0 for " + to + ", expected 1");
    }
  }
}
