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
        .add("Equal", 7, 2, 2, Set.of(), compare("operator.eq"))
        .add("Greater", 7, 2, 2, Set.of(), compare("operator.gt"))
        .add("Less", 7, 2, 2, Set.of(), compare("operator.lt"))
        .add("GreaterOrEqual", 12, 2, 2, Set.of(), compare("operator.ge"))
        .add("LessOrEqual", 12, 2, 2, Set.of(), compare("operator.le"))
        .add("And", 7, 2, 2, Set.of(), compare("torch.logical_and"))
        .add("Or", 7, 2, 2, Set.of(), compare("torch.logical_or"))
        .add("Xor", 7, 2, 2, Set.of(), compare("torch.logical_xor"))
        .add("Not", 1, 1, 1, Set.of(), (n, in, g) -> g.function("torch.logical_not", in.get(0)))
        .add("IsNaN", 9, 1, 1, Set.of(), (n, in, g) -> g.function("torch.isnan", in.get(0)))
        .add("Where", 9, 3, 3, Set.of(), LogicImports::where)
        .add("Cast", 6, 1, 1, Set.of("to", "saturate", "round_mode"), LogicImports::cast)
        .add("CastLike", 15, 2, 2, Set.of("saturate", "round_mode"), LogicImports::castLike)
        .rows();
  }

  private static NodeImport.Single compare(String function) {
    return (node, in, graph) -> graph.function(function, in.get(0), in.get(1));
  }

  private static Value where(OnnxNode node, Inputs in, ImportGraph graph) {
    return graph.function(
        "torch.where", List.of(in.get(0), in.get(1), in.get(2)), java.util.Map.of());
  }

  private static Value cast(OnnxNode node, Inputs in, ImportGraph graph) {
    DType to = OnnxTypes.dtype((int) node.integer("to", 0), node.toString());
    requireSaturation(node, to);
    return to == Dtypes.of(in.get(0)) ? in.get(0) : graph.method("to", in.get(0), to);
  }

  private static Value castLike(OnnxNode node, Inputs in, ImportGraph graph) {
    requireSaturation(node, Dtypes.of(in.get(1)));
    return graph.method("to", in.get(0), Dtypes.of(in.get(1)));
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
