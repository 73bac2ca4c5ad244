package io.octant.onnx.export;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** Diagonals, quarter turns, grids, tensors joined along axes that some of them lack. */
final class RearrangementExports {
  private RearrangementExports() {}

  static Map<String, NodeExport> rules() {
    Map<String, NodeExport> out = new LinkedHashMap<>();
    out.put("diagonal", RearrangementExports::diagonal);
    out.put("rot90", RearrangementExports::rotated);
    out.put("meshgrid", RearrangementExports::grid);
    out.put("hstack", c -> joined(c, rank -> rank == 1 ? 0 : 1, 1));
    out.put("vstack", c -> joined(c, rank -> 0, 2));
    out.put("dstack", c -> joined(c, rank -> 2, 3));
    out.put("column_stack", RearrangementExports::columns);
    out.put("index_fill", RearrangementExports::filled);
    out.put(
        "reverse_sequence",
        c ->
            c.graph()
                .emit(
                    "ReverseSequence",
                    Map.of(
                        "batch_axis", (long) c.values().integer("batch_axis"),
                        "time_axis", (long) c.values().integer("time_axis")),
                    c.in("input"),
                    c.in("lengths", DType.INT64)));
    return out;
  }

  /** The two axes last and as one, of which the diagonal's positions are taken. */
  private static String diagonal(NodeCall c) {
    int rank = c.rank("input");
    int first = c.axis("input", c.values().integer("dim1"));
    int second = c.axis("input", c.values().integer("dim2"));
    int rows = c.fixedDim("input", first);
    int columns = c.fixedDim("input", second);
    long[] perm = new long[rank];
    int[] dims = new int[rank - 1];
    int next = 0;
    for (int axis = 0; axis < rank; axis++) {
      if (axis != first && axis != second) {
        dims[next] = c.dim("input", axis);
        perm[next++] = axis;
      }
    }
    perm[rank - 2] = first;
    perm[rank - 1] = second;
    dims[rank - 2] = rows * columns;
    int offset = c.values().integer("offset");
    List<Long> positions = new ArrayList<>();
    for (int row = Math.max(0, -offset); row < rows && row + offset < columns; row++) {
      positions.add((long) row * columns + row + offset);
    }
    String turned = c.graph().emit("Transpose", Map.of("perm", perm), c.in("input"));
    return c.graph()
        .emit(
            "Gather",
            Map.of("axis", rank - 2L),
            c.reshaped(turned, dims),
            c.graph().ints(positions.stream().mapToLong(p -> p).toArray()));
  }

  private static String rotated(NodeCall c) {
    int[] given = c.has("dims") ? c.values().ints("dims", 2) : new int[] {0, 1};
    int from = c.axis("input", given[0]);
    int to = c.axis("input", given[1]);
    long[] perm = new long[c.rank("input")];
    Arrays.setAll(perm, i -> i == from ? to : i == to ? from : i);
    Map<String, Object> swap = Map.of("perm", perm);
    String x = c.in("input");
    return switch (Math.floorMod(c.values().integer("k"), 4)) {
      case 1 -> c.graph().emit("Transpose", swap, LayoutExports.reversed(c, x, to));
      case 2 -> LayoutExports.reversed(c, x, from, to);
      case 3 -> c.graph().emit("Transpose", swap, LayoutExports.reversed(c, x, from));
      default -> x;
    };
  }

  private static List<String> grid(NodeCall c) {
    List<?> tensors = c.values().items("tensors");
    boolean exchanged = tensors.size() > 1 && c.values().text("indexing").equals("xy");
    List<String> out = new ArrayList<>();
    for (int i = 0; i < tensors.size(); i++) {
      long[] dims = new long[tensors.size()];
      Arrays.fill(dims, 1);
      dims[exchanged && i < 2 ? 1 - i : i] = -1;
      String along =
          c.graph().emit("Reshape", c.in(tensors.get(i), "tensors"), c.graph().ints(dims));
      long[] sizes = Arrays.stream(c.fixedDims(i)).asLongStream().toArray();
      out.add(c.graph().emit("Expand", along, c.graph().ints(sizes)));
    }
    return out;
  }

  /** Tensors of at least a rank, along the axis that the first's rank tells. */
  private static String joined(NodeCall c, IntUnaryOperator axis, int rank) {
    List<?> tensors = c.values().items("tensors");
    int first = Math.max(rank, c.like(tensors.get(0), "tensors").shape().rank());
    String[] names = tensors.stream().map(t -> raised(c, t, rank)).toArray(String[]::new);
    return c.graph().emit("Concat", Map.of("axis", (long) axis.applyAsInt(first)), names);
  }

  /** {@code torch.atleast_1d … atleast_3d}: a vector is a row, a matrix gets a last axis. */
  private static String raised(NodeCall c, Object tensor, int rank) {
    String x = c.in(tensor, "tensors", c.dtype());
    long[] axes =
        switch (10 * rank + c.like(tensor, "tensors").shape().rank()) {
          case 10, 21 -> new long[] {0};
          case 20 -> new long[] {0, 1};
          case 30 -> new long[] {0, 1, 2};
          case 31 -> new long[] {0, 2};
          case 32 -> new long[] {2};
          default -> new long[0];
        };
    return axes.length == 0 ? x : c.graph().emit("Unsqueeze", x, c.graph().ints(axes));
  }

  private static String columns(NodeCall c) {
    String[] names =
        c.values().items("tensors").stream()
            .map(
                t -> {
                  String x = c.in(t, "tensors", c.dtype());
                  int rank = c.like(t, "tensors").shape().rank();
                  return rank >= 2 ? x : c.graph().emit("Reshape", x, c.graph().ints(-1, 1));
                })
            .toArray(String[]::new);
    return c.graph().emit("Concat", Map.of("axis", 1L), names);
  }

  /** Where a mask of the axis says so, the number. */
  private static String filled(NodeCall c) {
    Tensor index = c.constant("index");
    int axis = c.axis("input", c.values().integer("dim"));
    int size = c.fixedDim("input", axis);
    int[] mask = new int[size];
    for (int i = 0; i < index.numel(); i++) {
      mask[Math.floorMod((int) index.doubleAt(i), size)] = 1;
    }
    int[] dims = new int[c.rank("input")];
    Arrays.setAll(dims, i -> i == axis ? size : 1);
    return c.graph()
        .emit(
            "Where",
            c.graph().constant(Tensor.of(DType.BOOL, Shape.of(dims), mask)),
            c.in("value", c.dtype()),
            c.in("input"));
  }
}
