package io.octant.onnx.export;

import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Shapes, axes and their order; joining and splitting. */
final class LayoutExports {
  private LayoutExports() {}

  static Map<String, NodeExport> rules() {
    Map<String, NodeExport> out = new LinkedHashMap<>();
    for (String row :
        new String[] {"reshape", "view", "resize_", "view_as", "ravel", "unflatten"}) {
      out.put(row, c -> reshape(c));
    }
    out.put("flatten", LayoutExports::flatten);
    out.put("squeeze", LayoutExports::squeeze);
    out.put("unsqueeze", LayoutExports::unsqueeze);
    out.put("permute", c -> permuted(c, c.values().ints("dims")));
    out.put("transpose", c -> swapped(c, "dim0", "dim1"));
    out.put("swapaxes", c -> swapped(c, "axis0", "axis1"));
    out.put("t", c -> c.rank("input") < 2 ? c.in("input") : permuted(c, 1, 0));
    out.put("movedim", LayoutExports::moved);
    for (String row : new String[] {"detach", "contiguous", "identity", "cpu"}) {
      out.put(row, c -> c.in("input"));
    }
    out.put("expand", c -> expanded(c, c.values().items("size")));
    out.put("broadcast_to", c -> expanded(c, c.values().items("size")));
    out.put("expand_as", c -> c.graph().emit("Expand", c.in("input"), shapeOf(c, "other")));
    out.put("repeat", c -> tiled(c, c.values().items("repeats")));
    out.put("tile", c -> tiled(c, c.values().items("dims")));
    out.put("repeat_interleave", LayoutExports::interleaved);
    out.put("flip", c -> flipped(c, c.values().ints("dims")));
    out.put("fliplr", c -> flipped(c, 1));
    out.put("flipud", c -> flipped(c, 0));
    out.put("roll", LayoutExports::roll);
    out.put("tril", c -> triangle(c, 0));
    out.put("triu", c -> triangle(c, 1));
    out.put("cat", c -> joined(c, c.values().items("tensors"), axis(c, c.dims().length)));
    out.put("stack", LayoutExports::stacked);
    for (String row :
        new String[] {"chunk", "tensor_split", "vsplit", "dsplit", "hsplit", "split"}) {
      out.put(row, LayoutExports::split);
    }
    out.put("unbind", LayoutExports::unbind);
    out.put("narrow", LayoutExports::narrow);
    return out;
  }

  private static String reshape(NodeCall c) {
    long open = Arrays.stream(c.dims()).filter(d -> d < 0).count();
    if (open > 1 && c.values().has("shape")) {
      return c.graph().emit("Reshape", c.in("input"), c.sizes(c.values().items("shape")));
    }
    return c.reshaped(c.in("input"));
  }

  private static String flatten(NodeCall c) {
    int rank = c.rank("input");
    int start = rank == 0 ? 0 : c.axis("input", c.values().integer("start_dim"));
    boolean toEnd = rank > 0 && c.axis("input", c.values().integer("end_dim")) == rank - 1;
    return start == 1 && toEnd && rank >= 2
        ? c.graph().emit("Flatten", Map.of("axis", 1L), c.in("input"))
        : c.reshaped(c.in("input"));
  }

  private static String squeeze(NodeCall c) {
    List<Long> axes = new ArrayList<>();
    int rank = c.rank("input");
    for (int i = 0; i < rank; i++) {
      if (c.like("input").shape().dim(i) == 1 && chosen(c, i)) {
        c.fixedDim("input", i);
        axes.add((long) i);
      }
    }
    return axes.isEmpty()
        ? c.in("input")
        : c.graph()
            .emit(
                "Squeeze",
                c.in("input"),
                c.graph().ints(axes.stream().mapToLong(a -> a).toArray()));
  }

  private static boolean chosen(NodeCall c, int axis) {
    return !c.has("dim")
        || Arrays.stream(c.values().ints("dim")).anyMatch(d -> c.axis("input", d) == axis);
  }

  private static String unsqueeze(NodeCall c) {
    int given = c.values().integer("dim");
    long axis = given < 0 ? given + c.dims().length : given;
    return c.graph().emit("Unsqueeze", c.in("input"), c.graph().ints(axis));
  }

  private static String permuted(NodeCall c, int... dims) {
    long[] perm = Arrays.stream(dims).mapToLong(d -> c.axis("input", d)).toArray();
    return c.graph().emit("Transpose", Map.of("perm", perm), c.in("input"));
  }

  private static int[] order(NodeCall c) {
    int[] out = new int[c.rank("input")];
    Arrays.setAll(out, i -> i);
    return out;
  }

  private static String swapped(NodeCall c, String first, String second) {
    int[] perm = order(c);
    if (perm.length == 0) {
      return c.in("input");
    }
    int a = c.axis("input", c.values().integer(first));
    int b = c.axis("input", c.values().integer(second));
    perm[a] = b;
    perm[b] = a;
    return permuted(c, perm);
  }

  private static String moved(NodeCall c) {
    int[] from = c.values().ints("source");
    int[] to = c.values().ints("destination");
    Integer[] perm = new Integer[c.rank("input")];
    List<Integer> rest = new ArrayList<>();
    Arrays.stream(order(c)).forEach(rest::add);
    for (int i = 0; i < from.length; i++) {
      int axis = c.axis("input", from[i]);
      perm[c.axis("input", to[i])] = axis;
      rest.remove((Integer) axis);
    }
    int[] out = new int[perm.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = perm[i] != null ? perm[i] : rest.remove(0);
    }
    return permuted(c, out);
  }

  static String shapeOf(NodeCall c, String name) {
    return c.graph().emit("Shape", c.in(name));
  }

  private static String expanded(NodeCall c, List<?> sizes) {
    List<Object> wanted = new ArrayList<>();
    int added = sizes.size() - c.rank("input");
    for (int i = 0; i < sizes.size(); i++) {
      boolean keeps =
          sizes.get(i).equals(-1L)
              || (i >= added && c.dims()[i] == c.dim("input", i - added) && c.dims()[i] < 0);
      wanted.add(keeps ? (Object) 1L : sizes.get(i));
    }
    return c.graph().emit("Expand", c.in("input"), c.sizes(wanted));
  }

  private static String tiled(NodeCall c, List<?> repeats) {
    int rank = c.rank("input");
    List<Object> counts =
        new ArrayList<>(Collections.nCopies(Math.max(0, rank - repeats.size()), 1L));
    counts.addAll(repeats);
    String x = c.in("input");
    int added = counts.size() - rank;
    if (added > 0) {
      long[] axes = new long[added];
      Arrays.setAll(axes, i -> i);
      x = c.graph().emit("Unsqueeze", x, c.graph().ints(axes));
    }
    return c.graph().emit("Tile", x, c.sizes(counts));
  }

  private static String interleaved(NodeCall c) {
    long times = c.values().integer("repeats");
    String x = c.in("input");
    int axis = c.has("dim") ? c.axis("input", c.values().integer("dim")) : 0;
    if (!c.has("dim")) {
      x = c.graph().emit("Reshape", x, c.graph().ints(-1));
    }
    int rank = c.has("dim") ? c.rank("input") : 1;
    long[] repeats = new long[rank + 1];
    Arrays.fill(repeats, 1);
    repeats[axis + 1] = times;
    String apart = c.graph().emit("Unsqueeze", x, c.graph().ints(axis + 1));
    return c.reshaped(c.graph().emit("Tile", apart, c.graph().ints(repeats)));
  }

  private static String flipped(NodeCall c, int... dims) {
    return reversed(c, c.in("input"), Arrays.stream(dims).map(d -> c.axis("input", d)).toArray());
  }

  static String reversed(NodeCall c, String x, int... dims) {
    long[] axes = Arrays.stream(dims).asLongStream().toArray();
    long[] starts = new long[axes.length];
    long[] ends = new long[axes.length];
    long[] steps = new long[axes.length];
    Arrays.fill(starts, -1);
    Arrays.fill(ends, Long.MIN_VALUE + 1);
    Arrays.fill(steps, -1);
    return sliced(c, x, starts, ends, axes, steps);
  }

  static String sliced(
      NodeCall c, String x, long[] starts, long[] ends, long[] axes, long[] steps) {
    ExportGraph g = c.graph();
    return axes.length == 0
        ? x
        : g.emit("Slice", x, g.ints(starts), g.ints(ends), g.ints(axes), g.ints(steps));
  }

  private static String part(NodeCall c, String x, long axis, long start, long end) {
    return sliced(c, x, new long[] {start}, new long[] {end}, new long[] {axis}, new long[] {1});
  }

  private static String roll(NodeCall c) {
    int[] shifts = c.values().ints("shifts");
    boolean flat = !c.has("dims") || c.values().ints("dims").length == 0;
    int[] axes = flat ? new int[] {0} : c.values().ints("dims");
    String x = flat ? c.graph().emit("Reshape", c.in("input"), c.graph().ints(-1)) : c.in("input");
    for (int i = 0; i < shifts.length; i++) {
      int axis = flat ? 0 : c.axis("input", axes[i]);
      long size = 1;
      for (int a = 0; a < c.rank("input"); a++) {
        size = flat ? size * c.fixedDim("input", a) : a == axis ? c.fixedDim("input", a) : size;
      }
      long shift = size == 0 ? 0 : Math.floorMod(shifts[i], size);
      x =
          c.graph()
              .emit(
                  "Concat",
                  Map.of("axis", (long) axis),
                  part(c, x, axis, size - shift, Integer.MAX_VALUE),
                  part(c, x, axis, 0, size - shift));
    }
    return c.reshaped(x);
  }

  private static String triangle(NodeCall c, long upper) {
    return c.graph()
        .emit(
            "Trilu",
            Map.of("upper", upper),
            c.in("input"),
            c.graph()
                .constant(
                    ExportGraph.filled(
                        DType.INT64,
                        io.octant.tensor.Shape.SCALAR,
                        c.values().integer("diagonal"))));
  }

  private static long axis(NodeCall c, int rank) {
    int dim = c.values().integer("dim");
    return dim < 0 ? dim + rank : dim;
  }

  private static String joined(NodeCall c, List<?> tensors, long axis) {
    String[] names =
        tensors.stream().map(t -> c.in(t, "tensors", c.dtype())).toArray(String[]::new);
    return c.graph().emit("Concat", Map.of("axis", axis), names);
  }

  private static String stacked(NodeCall c) {
    long axis = axis(c, c.dims().length);
    String[] names =
        c.values().items("tensors").stream()
            .map(
                t ->
                    c.graph()
                        .emit("Unsqueeze", c.in(t, "tensors", c.dtype()), c.graph().ints(axis)))
            .toArray(String[]::new);
    return c.graph().emit("Concat", Map.of("axis", axis), names);
  }

  /** The parts' sizes, and so the axis, are those of the results. */
  private static List<String> split(NodeCall c) {
    String input = c.values().has("tensor") ? "tensor" : "input";
    int rank = c.rank(input);
    int axis =
        c.values().has("dim")
            ? c.axis(input, c.values().integer("dim"))
            : c.type().endsWith("vsplit") || rank == 1 ? 0 : c.type().endsWith("dsplit") ? 2 : 1;
    int size = c.fixedDim(input, axis);
    long[] sizes = c.results().stream().mapToLong(t -> t.shape().dim(axis)).toArray();
    if (Arrays.stream(sizes).sum() != size) {
      throw c.refusal("pieces that overlap, expected them one after the other");
    }
    return c.graph()
        .emit(
            "Split", Map.of("axis", (long) axis), sizes.length, c.in(input), c.graph().ints(sizes));
  }

  private static List<String> unbind(NodeCall c) {
    int axis = c.axis("input", c.values().integer("dim"));
    List<String> out = new ArrayList<>();
    for (int i = 0; i < c.fixedDim("input", axis); i++) {
      out.add(
          c.graph()
              .emit(
                  "Gather",
                  Map.of("axis", (long) axis),
                  c.in("input"),
                  c.graph().number(DType.INT64, i)));
    }
    return out;
  }

  private static String narrow(NodeCall c) {
    long axis = c.axis("input", c.values().integer("dim"));
    long start = c.values().integer("start");
    long from = start < 0 ? start + c.fixedDim("input", (int) axis) : start;
    return part(c, c.in("input"), axis, from, from + c.values().integer("length"));
  }

  /** A bound of a slice; a number where there is none. */
  static long bound(NodeCall c, Object value, long none) {
    if (value == None.NONE) {
      return none;
    }
    if (value instanceof Long l) {
      return l;
    }
    throw c.refusal("a slice bound that is computed, expected a number");
  }

  static long step(NodeCall c, Slice slice) {
    return bound(c, slice.step(), 1);
  }
}
