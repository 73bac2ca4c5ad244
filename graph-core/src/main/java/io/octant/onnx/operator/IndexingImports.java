package io.octant.onnx.operator;

import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.onnx.OnnxNode;
import io.octant.shape.Zeros;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** Gather, Slice and their relatives. */
final class IndexingImports {
  private static final Slice ALL = new Slice(None.NONE, None.NONE, None.NONE);

  private IndexingImports() {}

  static List<OperatorSpec> rows() {
    return new ImportFamily("")
        .add("Gather", 1, 2, 2, Set.of("axis"), IndexingImports::gather)
        .add("GatherElements", 11, 2, 2, Set.of("axis"), IndexingImports::gatherElements)
        .add("Slice", 1, 1, 5, Set.of("starts", "ends", "axes"), IndexingImports::slice)
        .rows();
  }

  private static Value gather(OnnxNode node, Inputs in, ImportGraph graph) {
    Value data = in.get(0);
    int axis = data.axis(node.integer("axis", 0));
    if (in.isConstant(1)) {
      Tensor index = in.constant(1);
      if (index.shape().rank() == 0) {
        return item(data, axis, index.longAt(0), graph);
      }
      if (index.shape().rank() == 1) {
        return graph.function(
            "torch.index_select", data, (long) axis, positive(index, data, axis, graph));
      }
    }
    Value inSample = StridedGather.find(data, axis, in.get(1), graph);
    if (inSample != null) {
      return inSample;
    }
    Optional<WeightValue> table = WeightValue.of(in, 0);
    if (table.isPresent() && axis == 0 && data.rank() == 2 && !in.get(1).isKnown()) {
      Map<String, Object> hyper =
          Values.dict(
              "num_embeddings",
              (long) data.shape().dim(0),
              "embedding_dim",
              (long) data.shape().dim(1),
              "padding_idx",
              None.NONE,
              "max_norm",
              None.NONE,
              "norm_type",
              2.0,
              "scale_grad_by_freq",
              false,
              "sparse",
              false);
      return Weighted.of("Embedding", hyper, table.get(), null, in, 0, -1).emit(in.get(1), graph);
    }
    return general(data, axis, in.get(1), graph);
  }

  /** Any index tensor: gathered flat along the axis, then given the index' shape. */
  static Value general(Value data, int axis, Value index, ImportGraph graph) {
    Value flat = graph.function("torch.reshape", index, List.of(-1L));
    Value gathered = graph.function("torch.index_select", data, (long) axis, flat);
    List<Object> shape = new ArrayList<>();
    for (int i = 0; i < axis; i++) {
      shape.add(graph.size(data, i));
    }
    shape.addAll(graph.sizes(index));
    for (int i = axis + 1; i < data.rank(); i++) {
      shape.add(graph.size(data, i));
    }
    return graph.function("torch.reshape", gathered, shape);
  }

  private static Value positive(Tensor index, Value data, int axis, ImportGraph graph) {
    long[] out = new long[index.numel()];
    for (int i = 0; i < out.length; i++) {
      long at = index.longAt(i);
      out[i] = at < 0 && !data.isLate() && data.fixedDim(axis) >= 0 ? at + data.fixedDim(axis) : at;
    }
    return graph.constant(
        Tensor.of(DType.INT64, Shape.of(out.length), out), graph.node().output(0) + "_index");
  }

  /** {@code x[:, :, index]}: a position makes the axis disappear, a slice shortens it. */
  private static Value item(Value data, int axis, Object index, ImportGraph graph) {
    if (axis == 0) {
      return graph.function("operator.getitem", data, index);
    }
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < axis; i++) {
      items.add(ALL);
    }
    items.add(index);
    return graph.function("operator.getitem", data, new Tuple(items));
  }

  /** The positions of an axis from one to before another, both inside the axis. */
  static Value range(Value data, int axis, int from, int to, ImportGraph graph) {
    Object start = from == 0 ? None.NONE : (Object) (long) from;
    Object stop = to == data.shape().dim(axis) ? None.NONE : (Object) (long) to;
    return item(data, axis, new Slice(start, stop, None.NONE), graph);
  }

  /** A part of an axis whose size is known when the graph runs only. */
  private static Value lateItem(Value x, int axis, Slice part, ImportGraph graph) {
    return graph.late(
        (large, unknown) -> {
          Tensor from = (Tensor) x.at(large);
          return Zeros.of(from.dtype(), from.shape().withDim(axis, unknown));
        },
        () -> item(x, axis, part, graph));
  }

  private static Value gatherElements(OnnxNode node, Inputs in, ImportGraph graph) {
    long axis = in.get(0).axis(node.integer("axis", 0));
    Value x = in.get(0);
    if (in.isConstant(1)
        && !x.isLate()
        && x.fixedDim((int) axis) >= 0) { // ONNX counts negative ones from the end
      Tensor index = in.constant(1);
      long[] positive = new long[index.numel()];
      for (int i = 0; i < positive.length; i++) {
        long at = index.longAt(i);
        positive[i] = at < 0 ? at + x.fixedDim((int) axis) : at;
      }
      Tensor positions = Tensor.of(DType.INT64, index.shape(), positive);
      return graph.function(
          "torch.gather", x, axis, graph.constant(positions, node.output(0) + "_index"));
    }
    return graph.function("torch.gather", x, axis, in.get(1));
  }

  private static Value slice(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    List<Object> starts = bounds(node, in, 1, "starts", graph);
    List<Object> ends = bounds(node, in, 2, "ends", graph);
    boolean late = Values.anyLate(starts) || Values.anyLate(ends) || x.isLate();
    int[] axes =
        in.has(3)
            ? in.integers(3)
            : node.integers("axes", IntStream.range(0, starts.size()).toArray());
    int[] steps = in.has(4) ? in.integers(4) : Padding.filled(axes.length, 1);
    if (starts.size() != axes.length || ends.size() != axes.length || steps.length != axes.length) {
      throw node.error("starts, ends, axes and steps differ in length");
    }
    Value out = x;
    for (int i = 0; i < axes.length; i++) {
      int axis = x.axis(axes[i]);
      if (steps[i] == 0) {
        throw node.error("step 0 along axis " + axis + ", expected another number");
      }
      if (late && steps[i] < 0) {
        throw node.error("steps backwards between bounds that are known when the model runs only");
      }
      if (late) {
        out = lateItem(out, axis, new Slice(starts.get(i), ends.get(i), (long) steps[i]), graph);
        continue;
      }
      if (isWhole(out, axis, starts.get(i), ends.get(i), steps[i])) {
        continue;
      }
      out =
          steps[i] > 0
              ? item(out, axis, slice(out, axis, starts.get(i), ends.get(i), steps[i]), graph)
              : backwards(node, out, axis, starts.get(i), ends.get(i), steps[i], graph);
    }
    return out;
  }

  private static List<Object> bounds(
      OnnxNode node, Inputs in, int index, String attribute, ImportGraph graph) {
    if (in.has(index)) {
      Value bounds = in.get(index);
      return List.copyOf(
          bounds.isKnown() ? graph.elements(bounds, attribute) : graph.items(bounds, attribute));
    }
    return Values.list(node.integers(attribute, new int[0]));
  }

  /** Whether a slice is the whole axis at every batch, as exporters write {@code x[:, ::2]}. */
  private static boolean isWhole(Value x, int axis, Object start, Object stop, int step) {
    long size = x.fixedDim(axis) >= 0 ? x.fixedDim(axis) : Integer.MAX_VALUE;
    return step == 1
        && isConstant(start)
        && constant(start, 0) == 0
        && isConstant(stop)
        && constant(stop, 0) >= size;
  }

  /** Python clips bounds as ONNX does; the bounds that mean "all" become None. */
  private static Slice slice(Value x, int axis, Object start, Object stop, int step) {
    long from = constant(start, 0);
    long to = constant(stop, 0);
    boolean openStart = isConstant(start) && from == 0;
    boolean openStop = isConstant(stop) && to >= Math.max(x.shape().dim(axis), Integer.MAX_VALUE);
    return new Slice(
        openStart ? None.NONE : start,
        openStop ? None.NONE : stop,
        step == 1 ? None.NONE : (Object) (long) step);
  }

  private static boolean isConstant(Object bound) {
    return bound instanceof Long || (bound instanceof Value v && v.isConstant());
  }

  private static long constant(Object bound, long otherwise) {
    return bound instanceof Long l
        ? l
        : bound instanceof Value v && v.isConstant() ? (Long) v.at(false) : otherwise;
  }

  /**
   * A negative step, which Python indexing of tensors does not have: the positions are selected.
   */
  private static Value backwards(
      OnnxNode node, Value x, int axis, Object start, Object stop, int step, ImportGraph graph) {
    long size = x.fixedDim(axis);
    if (size < 0 || !isConstant(start) || !isConstant(stop)) {
      throw node.error("steps backwards along an axis that depends on the batch");
    }
    long from = clip(constant(start, 0), size, size - 1);
    long to = clip(constant(stop, 0), size, size - 1);
    long[] positions =
        java.util.stream.LongStream.iterate(from, p -> p > to, p -> p + step).toArray();
    Value index =
        graph.constant(
            Tensor.of(DType.INT64, Shape.of(positions.length), positions),
            node.output(0) + "_index");
    return graph.function("torch.index_select", x, (long) axis, index);
  }

  private static long clip(long bound, long size, long most) {
    long positive = bound < 0 ? bound + size : bound;
    return Math.max(-1, Math.min(positive, most));
  }
}
