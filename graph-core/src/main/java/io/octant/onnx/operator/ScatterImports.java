package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import java.util.List;
import java.util.Set;

/** Reading and writing at places that an index names. */
final class ScatterImports {
  private ScatterImports() {}

  static List<OperatorSpec> rows() {
    return new ImportFamily("")
        .add("GatherND", 11, 2, 2, Set.of("batch_dims"), ScatterImports::gatherTuples)
        .add("Scatter", 9, 3, 3, Set.of("axis"), ScatterImports::elements)
        .add("ScatterElements", 11, 3, 3, Set.of("axis", "reduction"), ScatterImports::elements)
        .add("ScatterND", 11, 3, 3, Set.of("reduction"), ScatterImports::tuples)
        .rows();
  }

  private static Value gatherTuples(OnnxNode node, Inputs in, ImportGraph graph) {
    return graph.function("octant.gather_nd", in.get(0), in.get(1), node.integer("batch_dims", 0));
  }

  private static Value elements(OnnxNode node, Inputs in, ImportGraph graph) {
    if (node.opType().equals("Scatter") && node.opset() >= 11) {
      throw node.error(
          "operator set " + node.opset() + ", expected 9 or 10, or the operator ScatterElements");
    }
    long axis = in.get(0).axis(node.integer("axis", 0));
    String reduction = reduction(node);
    List<Object> args = List.of(in.get(0), axis, in.get(1), in.get(2));
    if (reduction.equals("none")) {
      return graph.function("torch.scatter", args.toArray());
    }
    String reduce =
        switch (reduction) {
          case "add" -> "sum";
          case "mul" -> "prod";
          default -> "a" + reduction;
        };
    return graph.function("torch.scatter_reduce", args, Values.dict("reduce", reduce));
  }

  private static Value tuples(OnnxNode node, Inputs in, ImportGraph graph) {
    return graph.function("octant.scatter_nd", in.get(0), in.get(1), in.get(2), reduction(node));
  }

  private static String reduction(OnnxNode node) {
    String reduction = node.string("reduction", "none");
    if (!Set.of("none", "add", "mul", "max", "min").contains(reduction)) {
      throw node.error(
          "attribute " + node.describe("reduction") + ", expected none, add, mul, max or min");
    }
    return reduction;
  }
}
