package io.octant.onnx.export;

import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.onnx.OnnxException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a graph asks about tensors, and sequences: constants, unless they depend on the batch. */
final class SizeExport {
  private static final Set<String> INFORMATION =
      Set.of(
          "getattr",
          "size",
          "dim",
          "numel",
          "len",
          "is_floating_point",
          "shape_as_tensor",
          "tuple");

  private SizeExport() {}

  static Set<String> rows() {
    return INFORMATION;
  }

  /** A size that the model computes. */
  static ExportedTensor number(String name) {
    return new ExportedTensor(name, DType.INT64, Shape.SCALAR, Shape.SCALAR, true);
  }

  /** The value of a call; null if it is none of these. */
  static @Nullable Object value(
      ExportGraph graph,
      String row,
      List<Object> args,
      Map<String, Object> kwargs,
      Object result,
      Object next) {
    Object first = args.isEmpty() ? kwargs.values().iterator().next() : args.get(0);
    if (first instanceof Tuple || first instanceof List<?> || first instanceof Map<?, ?>) {
      return ofSequence(row, first, args);
    }
    if (!INFORMATION.contains(row) || !(first instanceof ExportedTensor t)) {
      return null;
    }
    if (result instanceof Tensor r) {
      return ofTensor(graph, row, t, r, (Tensor) next);
    }
    if (result.equals(next)) {
      return result;
    }
    if (result instanceof Shape shape) {
      List<Object> out = new ArrayList<>();
      for (int i = 0; i < shape.rank(); i++) {
        out.add(t.dim(i) >= 0 ? (Object) (long) t.dim(i) : size(graph, t, i));
      }
      return new Tuple(out);
    }
    if (row.equals("numel")) {
      String product =
          graph.emit("ReduceProd", Map.of("keepdims", 0L), graph.emit("Shape", t.name()));
      return number(product);
    }
    Object axis =
        row.equals("len") ? (Object) 0L : args.size() > 1 ? args.get(1) : kwargs.get("dim");
    if (axis instanceof Long a) {
      return size(graph, t, t.shape().axis(a.intValue()));
    }
    throw new OnnxException("a size of which it is not known which, expected a number of an axis");
  }

  private static ExportedTensor size(ExportGraph graph, ExportedTensor t, int axis) {
    String shape = graph.emit("Shape", t.name());
    return number(graph.emit("Gather", Map.of("axis", 0L), shape, graph.number(DType.INT64, axis)));
  }

  private static ExportedTensor ofTensor(
      ExportGraph graph, String row, ExportedTensor t, Tensor result, Tensor next) {
    int rank = t.shape().rank();
    String name;
    if (row.equals("shape_as_tensor")) {
      name = graph.emit("Shape", t.name());
    } else {
      long[] perm = new long[rank]; // x.T of a matrix, or x.mT
      java.util.Arrays.setAll(perm, i -> i < rank - 2 ? i : 2L * rank - 3 - i);
      if (rank > 2 && result.shape().dim(0) != t.shape().dim(0)) {
        throw new OnnxException("T of " + rank + " axes, expected at most two");
      }
      name = rank < 2 ? t.name() : graph.emit("Transpose", Map.of("perm", perm), t.name());
    }
    return new ExportedTensor(name, result.dtype(), result.shape(), next.shape(), false);
  }

  private static @Nullable Object ofSequence(String row, Object first, List<Object> args) {
    if (row.equals("getitem")) {
      Object key = args.get(1);
      if (first instanceof Map<?, ?> named) {
        return named.get(key);
      }
      List<?> items = items(first);
      if (key instanceof Long index) {
        return items.get((int) (index < 0 ? index + items.size() : index));
      }
      if (key instanceof Slice slice && slice.step() == None.NONE) {
        int size = items.size();
        return new Tuple(
            new ArrayList<>(
                items.subList(bound(slice.start(), 0, size), bound(slice.stop(), size, size))));
      }
    }
    if (row.equals("operator.add") && args.size() > 1) {
      List<Object> joined = new ArrayList<>(items(first));
      joined.addAll(items(args.get(1)));
      return new Tuple(joined);
    }
    return row.equals("len")
        ? (Object) (long) items(first).size()
        : row.equals("tuple") ? new Tuple(new ArrayList<>(items(first))) : null;
  }

  private static int bound(Object given, int none, int size) {
    int value = given instanceof Long l ? l.intValue() : none;
    return Math.max(0, Math.min(size, value < 0 ? value + size : value));
  }

  private static List<?> items(Object sequence) {
    if (sequence instanceof Tuple t) {
      return t.items();
    }
    if (sequence instanceof Shape s) {
      return java.util.Arrays.stream(s.toArray()).mapToObj(d -> (Object) (long) d).toList();
    }
    return (List<?>) sequence;
  }
}
