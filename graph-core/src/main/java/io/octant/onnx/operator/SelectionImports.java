package io.octant.onnx.operator;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.onnx.OnnxNode;
import io.octant.shape.Zeros;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Operators that select as many elements as the data tells: their shapes are known late. */
final class SelectionImports {
  private SelectionImports() {}

  static List<OperatorSpec> rows() {
    return new ImportFamily("")
        .add("NonZero", 9, 1, 1, Set.of(), SelectionImports::nonZero)
        .add("Compress", 9, 2, 2, Set.of("axis"), SelectionImports::compress)
        .addMany("Unique", 11, 1, 1, Set.of("axis", "sorted"), SelectionImports::unique)
        .add(
            "NonMaxSuppression",
            10,
            2,
            5,
            Set.of("center_point_box"),
            SelectionImports::nonMaxSuppression)
        .rows();
  }

  /** Columns instead of rows of positions; a scalar counts as a vector. */
  private static Value nonZero(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    Value vector = x.rank() == 0 ? graph.method("reshape", x, 1L) : x;
    return graph.function("torch.transpose", positions(vector, graph), 0L, 1L);
  }

  private static Value positions(Value x, ImportGraph graph) {
    return graph.late(
        ImportGraph.Example.tensor(DType.INT64, -1, x.rank()),
        () -> graph.function("torch.nonzero", x));
  }

  private static Value compress(OnnxNode node, Inputs in, ImportGraph graph) {
    boolean flat = !node.has("axis");
    Value x = flat ? graph.method("reshape", in.get(0), -1L) : in.get(0);
    long axis = flat ? 0 : x.axis(node.integer("axis", 0));
    Value chosen = positions(in.get(1), graph);
    Value index =
        graph.late(
            ImportGraph.Example.tensor(DType.INT64, -1),
            () -> graph.function("torch.reshape", chosen, List.of(-1L)));
    return graph.function("torch.index_select", x, axis, index);
  }

  private static List<Value> unique(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    boolean flat = !node.has("axis");
    long axis = flat ? 0 : x.axis(node.integer("axis", 0));
    Value all =
        graph.late(
            (large, unknown) -> {
              Tensor from = (Tensor) x.at(large);
              Tensor vector = Zeros.of(DType.INT64, Shape.of(unknown));
              Shape shape = flat ? Shape.of(unknown) : from.shape().withDim((int) axis, unknown);
              return Tuple.of(Zeros.of(from.dtype(), shape), vector, vector, vector);
            },
            () ->
                graph.function(
                    "octant.unique",
                    x,
                    flat ? None.NONE : (Object) axis,
                    node.flag("sorted", true)));
    List<Value> out = new ArrayList<>();
    for (long i = 0; i < 4; i++) {
      out.add(graph.function("operator.getitem", all, i));
    }
    return out;
  }

  private static Value nonMaxSuppression(OnnxNode node, Inputs in, ImportGraph graph) {
    List<Object> args = new ArrayList<>(List.of(in.get(0), in.get(1)));
    for (int i : Arrays.asList(2, 3, 4)) {
      args.add(in.has(i) ? graph.scalarOr(in.get(i)) : i == 4 ? None.NONE : (Object) 0L);
    }
    args.add(node.flag("center_point_box", false));
    return graph.late(
        ImportGraph.Example.tensor(DType.INT64, -1, 3),
        () -> graph.function("octant.non_max_suppression", args.toArray()));
  }
}
