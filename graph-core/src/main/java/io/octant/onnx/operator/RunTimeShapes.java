package io.octant.onnx.operator;

import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operators that take sizes which the graph computes, or tensors of such sizes. */
final class RunTimeShapes {
  private RunTimeShapes() {}

  /** Whether sizes given as a tensor, or those of what they are for, are known at run time only. */
  static boolean concern(Value x, Value sizes) {
    return !sizes.isKnown() || x.isLate();
  }

  /** Reshape; a size of 0 copies that of the input unless {@code allowZero}. */
  static Value reshape(Value x, Value wanted, boolean copiesZero, ImportGraph graph) {
    int rank = length(wanted, graph);
    Value sizes = wanted;
    if (copiesZero) {
      Value own = resized(graph.shapeTensor(x, 0, x.rank()), 0, rank - x.rank(), 0, graph);
      sizes = where(wanted, 0, own, graph);
    }
    return sized("reshape", x, graph.items(sizes, "the shape"), rank, graph);
  }

  /** Expand: both shapes align at the last axis, and a size of 1 stretches. */
  static Value expand(Value x, Value wanted, ImportGraph graph) {
    int given = length(wanted, graph);
    int rank = Math.max(given, x.rank());
    Value own = resized(graph.shapeTensor(x, 0, x.rank()), rank - x.rank(), 0, 1, graph);
    Value sizes = where(resized(wanted, rank - given, 0, 1, graph), 1, own, graph);
    return sized("expand", x, graph.items(sizes, "the shape"), rank, graph);
  }

  static Value tile(Value x, Value repeats, ImportGraph graph) {
    return sized("repeat", x, graph.items(repeats, "the repeats"), x.rank(), graph);
  }

  /** Without axes of size 1; an axis of another size is an error when it runs. */
  static Value squeeze(Value x, int[] axes, ImportGraph graph) {
    List<Value> sizes = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      int axis = i;
      if (Arrays.stream(axes).noneMatch(a -> a == axis)) {
        sizes.add(graph.size(x, i));
      }
    }
    return sized("reshape", x, sizes, sizes.size(), graph);
  }

  static Value full(Value shape, Tensor value, ImportGraph graph) {
    Object scalar =
        value.dtype().isFloatingPoint() ? (Object) value.doubleAt(0) : (Object) value.longAt(0);
    List<Value> sizes = graph.items(shape, "the shape");
    return graph.late(
        ImportGraph.Example.tensor(value.dtype(), unknown(sizes.size())),
        () ->
            graph.function(
                "torch.full", List.of(sizes, scalar), Values.dict("dtype", value.dtype())));
  }

  static Value range(List<Value> bounds, DType type, ImportGraph graph) {
    List<Value> items = bounds.stream().map(graph::item).toList();
    return graph.late(
        ImportGraph.Example.tensor(type, -1),
        () -> graph.function("torch.arange", List.copyOf(items), Map.of("dtype", type)));
  }

  private static Value sized(
      String method, Value x, List<Value> sizes, int rank, ImportGraph graph) {
    List<Object> args = new ArrayList<>(List.of(x));
    args.addAll(sizes);
    return graph.late(
        ImportGraph.Example.tensor(Dtypes.of(x), unknown(rank)),
        () -> graph.method(method, args.toArray()));
  }

  private static int[] unknown(int rank) {
    int[] out = new int[rank];
    Arrays.fill(out, -1);
    return out;
  }

  /** Elements of a vector, those equal to a number replaced by another vector's. */
  private static Value where(Value vector, long number, Value other, ImportGraph graph) {
    Value wide = graph.method("to", vector, DType.INT64);
    Value same = graph.function("operator.eq", wide, number);
    return graph.function("torch.where", same, other, wide);
  }

  /** A vector with elements of a number before and behind, or, below 0, fewer of its own. */
  private static Value resized(
      Value vector, int before, int behind, long number, ImportGraph graph) {
    Value out = vector;
    if (behind < 0) {
      out =
          graph.function(
              "operator.getitem",
              out,
              new Slice(0L, (long) (length(vector, graph) + behind), None.NONE));
    }
    List<Object> parts = new ArrayList<>();
    if (before > 0) {
      parts.add(constant(before, number, graph));
    }
    parts.add(out);
    if (behind > 0) {
      parts.add(constant(behind, number, graph));
    }
    return parts.size() == 1 ? out : graph.function("torch.cat", parts, 0L);
  }

  private static Value constant(int length, long number, ImportGraph graph) {
    long[] out = new long[length];
    Arrays.fill(out, number);
    return graph.constant(
        Tensor.of(DType.INT64, Shape.of(length), out), graph.node().output(0) + "_sizes");
  }

  private static int length(Value vector, ImportGraph graph) {
    if (vector.rank() != 1 || vector.fixedDim(0) < 0) {
      throw graph
          .node()
          .error("sizes of shape " + vector.shape() + ", expected a vector of fixed length");
    }
    return vector.fixedDim(0);
  }
}
