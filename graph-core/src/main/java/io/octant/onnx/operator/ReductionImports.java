package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reductions along axes. */
final class ReductionImports {
  private static final Set<String> REDUCE = Set.of("axes", "keepdims", "noop_with_empty_axes");
  private static final Set<String> SELECT = Set.of("axis", "keepdims", "select_last_index");

  private ReductionImports() {}

  static List<OperatorSpec> rows() {
    return new ImportFamily("")
        .add("ReduceMean", 1, 1, 2, REDUCE, ReductionImports::mean)
        .add("ReduceSum", 1, 1, 2, REDUCE, reduce("torch.sum"))
        .add("ReduceMax", 1, 1, 2, REDUCE, reduce("torch.amax"))
        .add("ReduceMin", 1, 1, 2, REDUCE, reduce("torch.amin"))
        .add("ReduceProd", 1, 1, 2, REDUCE, ReductionImports::product)
        .add("ReduceL2", 1, 1, 2, REDUCE, ReductionImports::l2)
        .add("ReduceSumSquare", 1, 1, 2, REDUCE, ReductionImports::sumSquare)
        .add("ArgMax", 1, 1, 1, SELECT, select("torch.argmax"))
        .add("ArgMin", 1, 1, 1, SELECT, select("torch.argmin"))
        .rows();
  }

  /** The axes to reduce, ascending and not negative; empty for an operator that does nothing. */
  private static int[] axes(OnnxNode node, Inputs in) {
    int rank = in.get(0).rank();
    int[] axes = in.has(1) ? in.integers(1) : node.integers("axes", new int[0]);
    boolean keepsAll = node.flag("noop_with_empty_axes", false);
    if (axes.length == 0) {
      return keepsAll ? axes : java.util.stream.IntStream.range(0, rank).toArray();
    }
    return Arrays.stream(axes).map(a -> in.get(0).shape().axis(a)).sorted().toArray();
  }

  private static NodeImport.Single reduce(String function) {
    return (node, in, graph) -> {
      int[] axes = axes(node, in);
      return axes.length == 0
          ? in.get(0)
          : over(function, in.get(0), axes, node.flag("keepdims", true), graph);
    };
  }

  private static Value over(String function, Value x, int[] axes, boolean keep, ImportGraph graph) {
    return graph.function(function, List.of(x, Values.list(axes)), Values.dict("keepdim", keep));
  }

  /** The mean over all spatial axes is global average pooling, as torch programs write it. */
  private static Value mean(OnnxNode node, Inputs in, ImportGraph graph) {
    int[] axes = axes(node, in);
    int rank = in.get(0).rank();
    boolean spatial =
        rank >= 4
            && rank <= 5
            && Arrays.equals(axes, java.util.stream.IntStream.range(2, rank).toArray());
    if (spatial && node.flag("keepdims", true)) {
      return PoolingImports.global("avg", in.get(0), node, graph);
    }
    return reduce("torch.mean").run(node, in, graph);
  }

  private static Value product(OnnxNode node, Inputs in, ImportGraph graph) {
    Value out = in.get(0);
    int[] axes = axes(node, in);
    boolean keep = node.flag("keepdims", true);
    for (int i = axes.length - 1; i >= 0; i--) { // torch.prod takes one axis
      out =
          graph.function("torch.prod", List.of(out, (long) axes[i]), Values.dict("keepdim", keep));
    }
    return out;
  }

  private static Value sumSquare(OnnxNode node, Inputs in, ImportGraph graph) {
    Value square = graph.function("operator.mul", in.get(0), in.get(0));
    int[] axes = axes(node, in);
    boolean keep = node.flag("keepdims", true);
    return axes.length == 0 ? square : over("torch.sum", square, axes, keep, graph);
  }

  private static Value l2(OnnxNode node, Inputs in, ImportGraph graph) {
    return graph.function("torch.sqrt", sumSquare(node, in, graph));
  }

  private static NodeImport.Single select(String function) {
    return (node, in, graph) -> {
      Value x = in.get(0);
      int axis = x.shape().axis(node.integer("axis", 0));
      Map<String, Object> kwargs =
          Values.dict("dim", (long) axis, "keepdim", node.flag("keepdims", true));
      if (!node.flag("select_last_index", false)) {
        return graph.function(function, List.of(x), kwargs);
      }
      if (x.fixedDim(axis) < 0) {
        throw node.error("attribute select_last_index along the batch, expected another axis");
      }
      Value turned = graph.function("torch.flip", x, List.of((long) axis));
      Value first = graph.function(function, List.of(turned), kwargs);
      return graph.function("operator.sub", x.fixedDim(axis) - 1L, first);
    };
  }
}
