package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Reductions along axes, and normalization by what they give. */
final class ReductionImports {
  private static final Set<String> REDUCE = Set.of("axes", "keepdims", "noop_with_empty_axes");
  private static final Set<String> SELECT = Set.of("axis", "keepdims", "select_last_index");

  private ReductionImports() {}

  static List<OperatorSpec> rows() {
    return new ImportFamily("")
        .add("ReduceMean", 1, 1, 2, REDUCE, ReductionImports::mean)
        .add("ReduceSum", 1, 1, 2, REDUCE, reduce("torch.sum"))
        .add("ReduceMax", 1, 1, 2, REDUCE, extremum("torch.amax"))
        .add("ReduceMin", 1, 1, 2, REDUCE, extremum("torch.amin"))
        .add("ReduceProd", 1, 1, 2, REDUCE, ReductionImports::product)
        .add("ReduceL2", 1, 1, 2, REDUCE, after(ReductionImports::sumSquare, "torch.sqrt"))
        .add("ReduceL1", 1, 1, 2, REDUCE, reduce("torch.sum", "torch.abs"))
        .add("ReduceLogSum", 1, 1, 2, REDUCE, after(reduce("torch.sum"), "torch.log"))
        .add("ReduceLogSumExp", 1, 1, 2, REDUCE, reduce("torch.logsumexp"))
        .add("ReduceSumSquare", 1, 1, 2, REDUCE, ReductionImports::sumSquare)
        .add("ArgMax", 1, 1, 1, SELECT, select("torch.argmax"))
        .add("ArgMin", 1, 1, 1, SELECT, select("torch.argmin"))
        .add("LpNormalization", 1, 1, 1, Set.of("axis", "p"), ReductionImports::lpNormalization)
        .add("MeanVarianceNormalization", 9, 1, 1, Set.of("axes"), ReductionImports::meanVariance)
        .rows();
  }

  /**
   * What a node asks for.
   *
   * @param axes ascending and not negative; empty for an operator that reduces nothing
   */
  private record Reduction(int[] axes, boolean keep) {
    static Reduction of(OnnxNode node, Inputs in) {
      Value x = in.get(0);
      int[] axes = in.has(1) ? in.integers(1) : node.integers("axes", new int[0]);
      boolean keep = node.flag("keepdims", true);
      boolean noop = node.flag("noop_with_empty_axes", false);
      return new Reduction(
          axes.length > 0
              ? Arrays.stream(axes).map(x::axis).sorted().toArray()
              : IntStream.range(0, noop ? 0 : x.rank()).toArray(),
          keep);
    }

    /** The result has the type of the operand. */
    Value run(String function, Value x, ImportGraph graph) {
      if (axes.length == 0) {
        return x;
      }
      Value out =
          graph.function(function, List.of(x, Values.list(axes)), Values.dict("keepdim", keep));
      return Dtypes.of(out) == Dtypes.of(x) ? out : graph.method("to", out, Dtypes.of(x));
    }
  }

  private static NodeImport.Single reduce(String function) {
    return (node, in, graph) -> Reduction.of(node, in).run(function, in.get(0), graph);
  }

  /** The extremum of no elements, which torch has none for, is what every element exceeds. */
  private static NodeImport.Single extremum(String function) {
    return (node, in, graph) -> {
      Value x = in.get(0);
      Reduction reduction = Reduction.of(node, in);
      boolean empty =
          !x.isLate() && Arrays.stream(reduction.axes()).anyMatch(axis -> x.fixedDim(axis) == 0);
      if (!empty) {
        return reduction.run(function, x, graph);
      }
      List<Object> sizes = new ArrayList<>();
      for (int i = 0; i < x.rank(); i++) {
        int axis = i;
        boolean reduced = Arrays.stream(reduction.axes()).anyMatch(a -> a == axis);
        if (!reduced || reduction.keep()) {
          sizes.add(reduced ? (Object) 1L : graph.size(x, i));
        }
      }
      return graph.function(
          "torch.full",
          List.of(sizes, limit(Dtypes.of(x), function.equals("torch.amin"))),
          Values.dict("dtype", Dtypes.of(x)));
    };
  }

  private static Object limit(DType type, boolean upper) {
    if (type.isFloatingPoint()) {
      return upper ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }
    boolean signed = type.isSigned() && type != DType.BOOL;
    int bits = type == DType.BOOL ? 1 : type.bytes() * 8 - (signed ? 1 : 0);
    long most = bits > 62 ? Long.MAX_VALUE : (1L << bits) - 1;
    return upper ? most : signed ? -most - 1 : 0L;
  }

  /** A reduction of what a function makes of every element. */
  private static NodeImport.Single reduce(String function, String element) {
    return (node, in, graph) ->
        Reduction.of(node, in).run(function, graph.function(element, in.get(0)), graph);
  }

  /** A function of what a reduction gives. */
  private static NodeImport.Single after(NodeImport.Single reduction, String function) {
    return (node, in, graph) -> graph.function(function, reduction.run(node, in, graph));
  }

  /** The mean over all spatial axes is global average pooling, as torch programs write it. */
  private static Value mean(OnnxNode node, Inputs in, ImportGraph graph) {
    Reduction reduction = Reduction.of(node, in);
    int rank = in.get(0).rank();
    boolean spatial =
        rank >= 4
            && rank <= 5
            && Arrays.equals(reduction.axes(), IntStream.range(2, rank).toArray());
    if (spatial && reduction.keep()) {
      return PoolingImports.global("avg", in.get(0), node, graph);
    }
    return reduction.run("torch.mean", in.get(0), graph);
  }

  private static Value product(OnnxNode node, Inputs in, ImportGraph graph) {
    Value out = in.get(0);
    Reduction all = Reduction.of(node, in);
    for (int i = all.axes().length - 1; i >= 0; i--) { // torch.prod takes one axis
      out =
          graph.function(
              "torch.prod", List.of(out, (long) all.axes()[i]), Values.dict("keepdim", all.keep()));
    }
    DType type = Dtypes.of(in.get(0));
    return Dtypes.of(out) == type ? out : graph.method("to", out, type);
  }

  private static Value sumSquare(OnnxNode node, Inputs in, ImportGraph graph) {
    Value square = graph.function("operator.mul", in.get(0), in.get(0));
    return Reduction.of(node, in).run("torch.sum", square, graph);
  }

  private static Value lpNormalization(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    long axis = x.axis(node.integer("axis", -1));
    long p = node.integer("p", 2);
    if (p != 1 && p != 2) {
      throw node.error("attribute " + node.describe("p") + ", expected 1 or 2");
    }
    Value norm =
        graph.function("torch.norm", List.of(x, p, Values.list((int) axis), true), Map.of());
    Value none = graph.function("operator.eq", norm, 0.0); // zeros stay zeros
    Value divisor = graph.function("torch.masked_fill", norm, none, 1.0);
    return graph.function("operator.truediv", x, divisor);
  }

  /** {@code (x − mean) / (√variance + 1e-9)} over axes. */
  private static Value meanVariance(OnnxNode node, Inputs in, ImportGraph graph) {
    int[] axes = node.integers("axes", new int[] {0, 2, 3});
    Reduction over =
        new Reduction(Arrays.stream(axes).map(in.get(0)::axis).sorted().toArray(), true);
    Value mean = over.run("torch.mean", in.get(0), graph);
    Value centered = graph.function("operator.sub", in.get(0), mean);
    Value square = graph.function("operator.mul", centered, centered);
    Value deviation = graph.function("torch.sqrt", over.run("torch.mean", square, graph));
    return graph.function(
        "operator.truediv", centered, graph.function("operator.add", deviation, 1e-9));
  }

  private static NodeImport.Single select(String function) {
    return (node, in, graph) -> {
      Value x = in.get(0);
      int axis = x.axis(node.integer("axis", 0));
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
