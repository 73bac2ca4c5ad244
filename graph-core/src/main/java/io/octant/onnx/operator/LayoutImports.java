package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Operators that move elements without computing: reshape, transpose, concatenate, split, pad. */
final class LayoutImports {
  private LayoutImports() {}

  static List<OperatorSpec> rows() {
    return new ImportFamily("")
        .add("Reshape", 1, 1, 2, Set.of("allowzero", "shape"), LayoutImports::reshape)
        .add("Flatten", 1, 1, 1, Set.of("axis"), LayoutImports::flatten)
        .add("Transpose", 1, 1, 1, Set.of("perm"), LayoutImports::transpose)
        .add("Squeeze", 1, 1, 2, Set.of("axes"), LayoutImports::squeeze)
        .add("Unsqueeze", 1, 1, 2, Set.of("axes"), LayoutImports::unsqueeze)
        .add("Concat", 1, 1, OperatorSpec.VARIADIC, Set.of("axis"), LayoutImports::concat)
        .addMany("Split", 1, 1, 2, Set.of("axis", "split", "num_outputs"), LayoutImports::split)
        .add("Pad", 1, 1, 4, Set.of("mode", "pads", "paddings", "value"), LayoutImports::pad)
        .add("DepthToSpace", 1, 1, 1, Set.of("blocksize", "mode"), LayoutImports::depthToSpace)
        .add("SpaceToDepth", 1, 1, 1, Set.of("blocksize", "mode"), LayoutImports::spaceToDepth)
        .rows();
  }

  private static Value reshape(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    boolean copiesZero = !node.flag("allowzero", false);
    Value shape = in.size() > 1 ? in.get(1) : named(node, graph);
    if (RunTimeShapes.concern(x, shape)) {
      return RunTimeShapes.reshape(x, shape, copiesZero, graph);
    }
    List<Value> wanted = graph.elements(shape, "the shape");
    List<Object> dims = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      boolean zero = wanted.get(i).at(false).equals(0L) && wanted.get(i).at(true).equals(0L);
      dims.add(zero && copiesZero ? graph.size(x, i) : wanted.get(i));
    }
    return toShape(x, dims, graph);
  }

  /** The shape as an attribute, before operator set 5. */
  private static Value named(OnnxNode node, ImportGraph graph) {
    int[] sizes = node.integers("shape", new int[0]);
    long[] out = Arrays.stream(sizes).asLongStream().toArray();
    return graph.constant(
        Tensor.of(DType.INT64, Shape.of(out.length), out), node.output(0) + "_shape");
  }

  private static Value flatten(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    long given = node.integer("axis", 1);
    int axis = (int) (given < 0 ? given + x.rank() : given);
    if (axis < 0 || axis > x.rank() || (given < 0 && node.opset() < 11)) {
      throw node.error("axis " + given + " of input of shape " + x.shape());
    }
    if (axis == 1 && x.rank() >= 2) {
      return x.rank() == 2 ? x : graph.function("torch.flatten", x, 1L);
    }
    int small = 1;
    int large = 1;
    for (int i = 0; i < axis; i++) {
      small *= x.shape().dim(i);
      large *= x.largeShape().dim(i);
    }
    Value rows = Value.known((long) small, (long) large, node.output(0));
    return toShape(x, new ArrayList<>(List.of(rows, (Object) (-1L))), graph);
  }

  /**
   * Reshapes; {@code torch.flatten} where that is what it amounts to. At most one size may depend
   * on the batch: it becomes −1, which holds at every batch.
   */
  static Value toShape(Value x, List<Object> dims, ImportGraph graph) {
    if (x.isKnown()) {
      return graph.function("torch.reshape", x, dims);
    }
    resolveInferred(x, dims);
    boolean inferred = dims.stream().anyMatch(d -> isLong(d, -1));
    for (int i = 0; i < dims.size() && !inferred; i++) {
      if (dims.get(i) instanceof Value v && !v.isConstant()) {
        dims.set(i, -1L);
        inferred = true;
      }
    }
    List<Object> args = new ArrayList<>(List.of(x));
    args.addAll(dims);
    int start = flattenStart(x, dims);
    return start >= 0
        ? graph.function("torch.flatten", x, (long) start)
        : graph.method("reshape", args.toArray());
  }

  /** Replaces a −1 by the size that it stands for, where that does not depend on the batch. */
  private static void resolveInferred(Value x, List<Object> dims) {
    long small = x.shape().numel();
    long large = x.largeShape().numel();
    int at = -1;
    for (int i = 0; i < dims.size(); i++) {
      if (isLong(dims.get(i), -1)) {
        at = i;
      } else if (dims.get(i) instanceof Value v) {
        small /= Math.max(1, (Long) v.at(false));
        large /= Math.max(1, (Long) v.at(true));
      } else {
        small /= Math.max(1, (Long) dims.get(i));
        large /= Math.max(1, (Long) dims.get(i));
      }
    }
    if (at >= 0 && small == large) {
      dims.set(at, small);
    }
  }

  /** The axis from which a reshape flattens all that follow, −1 if it does something else. */
  private static int flattenStart(Value x, List<Object> dims) {
    int start = dims.size() - 1;
    if (start < 1 || x.rank() <= dims.size()) {
      return -1;
    }
    int rest = 1;
    for (int i = start; i < x.rank(); i++) {
      if (x.fixedDim(i) < 0) {
        return -1;
      }
      rest *= x.fixedDim(i);
    }
    int inferred = isLong(dims.get(start), -1) ? start : -1;
    for (int i = 0; i < start; i++) {
      if (isLong(dims.get(i), -1)) {
        inferred = i;
      } else if (x.fixedDim(i) < 0 || !isLong(dims.get(i), x.fixedDim(i))) {
        return -1;
      }
    }
    boolean restFits = inferred == start || isLong(dims.get(start), rest);
    return restFits ? start : -1;
  }

  private static boolean isLong(Object dim, long wanted) {
    return dim instanceof Value v
        ? v.isConstant() && v.at(false).equals(wanted)
        : dim.equals(wanted);
  }

  private static Value transpose(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    int rank = x.rank();
    int[] perm = node.integers("perm", IntStream.range(0, rank).map(i -> rank - 1 - i).toArray());
    boolean isPermutation =
        Arrays.equals(Arrays.stream(perm).sorted().toArray(), IntStream.range(0, rank).toArray());
    if (!isPermutation) {
      throw node.error(
          "perm " + Arrays.toString(perm) + ", expected a permutation of " + rank + " axes");
    }
    int[] moved = IntStream.range(0, rank).filter(i -> perm[i] != i).toArray();
    if (moved.length == 0) {
      return x;
    }
    if (moved.length == 2) { // two axes change places
      return graph.function("torch.transpose", x, (long) moved[0], (long) moved[1]);
    }
    List<Object> args = new ArrayList<>(List.of(x));
    Arrays.stream(perm).forEach(p -> args.add((long) p));
    return graph.method("permute", args.toArray());
  }

  private static int[] axes(OnnxNode node, Inputs in, int[] missing) {
    return in.has(1) ? in.integers(1) : node.integers("axes", missing);
  }

  private static Value squeeze(OnnxNode node, Inputs in, ImportGraph graph) {
    if (in.get(0).isLate()) {
      int[] axes = axes(node, in, new int[0]);
      if (axes.length == 0) {
        throw node.error("no axes for a shape that is known when the model runs only");
      }
      return RunTimeShapes.squeeze(
          in.get(0), Arrays.stream(axes).map(in.get(0)::axis).toArray(), graph);
    }
    Shape shape = in.get(0).shape();
    int[] ones = IntStream.range(0, shape.rank()).filter(i -> in.get(0).fixedDim(i) == 1).toArray();
    int[] axes = Arrays.stream(axes(node, in, ones)).map(shape::axis).sorted().toArray();
    Value out = in.get(0);
    for (int i = axes.length - 1; i >= 0; i--) {
      if (in.get(0).fixedDim(axes[i]) != 1) {
        throw node.error("axis " + axes[i] + " of shape " + shape + ", expected one of size 1");
      }
      out = graph.function("torch.squeeze", out, (long) axes[i]);
    }
    return out;
  }

  private static Value unsqueeze(OnnxNode node, Inputs in, ImportGraph graph) {
    int[] axes = axes(node, in, new int[0]);
    int rank = in.get(0).rank() + axes.length;
    Value out = in.get(0);
    int[] sorted = Arrays.stream(axes).map(a -> a < 0 ? a + rank : a).distinct().sorted().toArray();
    if (sorted.length != axes.length || Arrays.stream(sorted).anyMatch(a -> a < 0 || a >= rank)) {
      throw node.error(
          "axes " + Arrays.toString(axes) + ", expected different ones of " + rank + " axes");
    }
    for (int axis : sorted) {
      out = graph.function("torch.unsqueeze", out, (long) axis);
    }
    return out;
  }

  private static Value concat(OnnxNode node, Inputs in, ImportGraph graph) {
    long axis = in.get(0).axis(node.integer("axis", node.opset() < 4 ? 1 : 0));
    return in.size() == 1
        ? in.get(0)
        : graph.function("torch.cat", List.<Object>copyOf(in.all()), axis);
  }

  private static List<Value> split(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    int axis = x.axis(node.integer("axis", 0));
    int[] sizes = in.has(1) ? in.integers(1) : node.integers("split", new int[0]);
    int parts = node.outputs().size();
    long asked = node.integer("num_outputs", parts);
    if (parts == 0 || asked != parts || (sizes.length != 0 && node.has("num_outputs"))) {
      throw node.error(parts + " outputs, expected " + asked + " and no sizes beside num_outputs");
    }
    if (sizes.length == 0) {
      int size = x.fixedDim(axis);
      if (size < 0) {
        throw node.error("splits the batch axis into equal parts");
      }
      int part = (size + parts - 1) / parts; // the last one is smaller if they do not divide
      if (size % parts != 0 && (node.opset() < 18 || part * (parts - 1) > size)) {
        throw node.error("axis " + axis + " of size " + size + " in " + parts + " parts");
      }
      sizes = new int[parts];
      for (int i = 0; i < parts; i++) {
        sizes[i] = Math.min(part, size - i * part);
      }
    }
    long sum = Arrays.stream(sizes).asLongStream().sum();
    boolean negative = Arrays.stream(sizes).anyMatch(size -> size < 0);
    if (sizes.length != parts || negative || sum != x.fixedDim(axis)) {
      throw node.error(
          "sizes "
              + Arrays.toString(sizes)
              + " of axis "
              + axis
              + " of shape "
              + x.shape()
              + ", expected one for each of "
              + parts
              + " outputs that add up to the axis");
    }
    List<Value> out = new ArrayList<>();
    int from = 0;
    for (int size : sizes) {
      out.add(IndexingImports.range(x, axis, from, from + size, graph));
      from += size;
    }
    return out;
  }

  private static Value pad(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    int rank = x.rank();
    int[] pads =
        in.has(1)
            ? in.integers(1)
            : node.integers(node.opset() < 2 ? "paddings" : "pads", new int[0]);
    int[] axes =
        in.has(3)
            ? Arrays.stream(in.integers(3)).map(x::axis).toArray()
            : IntStream.range(0, rank).toArray();
    if (pads.length != 2 * axes.length) {
      throw node.error(pads.length + " pads, expected two for each of " + axes.length + " axes");
    }
    int[] begin = new int[rank];
    int[] end = new int[rank];
    for (int i = 0; i < axes.length; i++) {
      begin[axes[i]] = pads[i];
      end[axes[i]] = pads[i + axes.length];
    }
    int first = 0; // torch names only the last axes
    while (first < rank - 1 && begin[first] == 0 && end[first] == 0) {
      first++;
    }
    List<Object> amounts = new ArrayList<>();
    for (int i = rank - 1; i >= first; i--) {
      amounts.add((long) begin[i]);
      amounts.add((long) end[i]);
    }
    String mode = node.string("mode", "constant");
    String torchMode =
        switch (mode) {
          case "constant", "reflect" -> mode;
          case "edge" -> "replicate";
          case "wrap" -> "circular";
          default ->
              throw node.error("mode " + mode + ", expected constant, reflect, edge or wrap");
        };
    requirePaddable(node, x, begin, end, mode);
    boolean isConstant = mode.equals("constant");
    if (in.has(2) && !in.get(2).isKnown() && isConstant) {
      return padded(graph.returned(x), amounts, in.get(2), graph);
    }
    double value = in.number(2, node.number("value", 0));
    if (Arrays.stream(pads).allMatch(p -> p == 0)) {
      return x;
    }
    return graph.function(
        "torch.nn.functional.pad",
        List.of(isConstant ? graph.returned(x) : x, amounts), // integers are padded with one
        isConstant
            ? Values.dict("mode", torchMode, "value", value)
            : Values.dict("mode", torchMode));
  }

  /** With a value that the graph computes, where what is padded to ones holds none. */
  private static Value padded(Value x, List<Object> amounts, Value value, ImportGraph graph) {
    Value inside = graph.known(ones(x.shape()), ones(x.largeShape()));
    String pad = "torch.nn.functional.pad";
    return graph.function(
        "torch.where",
        graph.function(pad, inside, amounts),
        graph.function(pad, x, amounts),
        value.rank() == 1 ? graph.function("operator.getitem", value, 0L) : value);
  }

  private static Tensor ones(Shape shape) {
    int[] out = new int[shape.numel()];
    Arrays.fill(out, 1);
    return Tensor.of(DType.BOOL, shape, out);
  }

  /** Sizes after padding are positive, and other modes than constant have enough to copy. */
  private static void requirePaddable(OnnxNode node, Value x, int[] begin, int[] end, String mode) {
    for (int i = 0; i < begin.length; i++) {
      if (begin[i] == 0 && end[i] == 0) {
        continue;
      }
      long size = x.fixedDim(i);
      long padded = size + begin[i] + end[i];
      boolean copies = !mode.equals("constant");
      long most =
          switch (mode) {
            case "reflect" -> size - 1;
            case "wrap" -> size;
            default -> Integer.MAX_VALUE;
          };
      boolean negative = begin[i] < 0 || end[i] < 0;
      if (size < 0 || padded < 0 || padded > Integer.MAX_VALUE) {
        throw node.error(
            "pads "
                + begin[i]
                + " and "
                + end[i]
                + " of axis "
                + i
                + " of "
                + size
                + ", expected 0 to 2^31 - 1 elements on an axis other than the batch");
      }
      if (copies && (negative || size == 0 || begin[i] > most || end[i] > most)) {
        throw node.error(
            "pads "
                + begin[i]
                + " and "
                + end[i]
                + " of axis "
                + i
                + " of "
                + size
                + " elements in mode "
                + mode
                + ", expected 0 to "
                + most);
      }
    }
  }

  /** The block size, which must divide what it is to divide. */
  private static long block(OnnxNode node, Value x, boolean ofChannels) {
    long block = node.integer("blocksize", 0);
    boolean fits = block > 0 && block < 1 << 15 && x.rank() == 4;
    if (fits) {
      fits =
          ofChannels
              ? x.fixedDim(1) % (block * block) == 0
              : x.fixedDim(2) % block == 0 && x.fixedDim(3) % block == 0;
    }
    if (!fits) {
      throw node.error(
          "blocksize "
              + block
              + " for input of shape "
              + x.shape()
              + ", expected one that divides");
    }
    return block;
  }

  private static Value depthToSpace(OnnxNode node, Inputs in, ImportGraph graph) {
    long block = block(node, in.get(0), true);
    if (!blocksFirst(node)) {
      return graph.activation(
          "torch.nn.PixelShuffle",
          Values.dict("upscale_factor", block),
          "torch.nn.functional.pixel_shuffle",
          Values.dict("upscale_factor", block),
          in.get(0));
    }
    long c = in.get(0).fixedDim(1) / (block * block);
    long h = in.get(0).fixedDim(2);
    long w = in.get(0).fixedDim(3);
    Value split = graph.method("reshape", in.get(0), -1L, block, block, c, h, w);
    Value moved = graph.method("permute", split, 0L, 3L, 4L, 1L, 5L, 2L);
    return graph.method("reshape", moved, -1L, c, h * block, w * block);
  }

  /** Whether the depth is ordered by place in the block, then by column or row. */
  private static boolean blocksFirst(OnnxNode node) {
    String mode = node.string("mode", "DCR");
    if (!mode.equals("DCR") && !mode.equals("CRD")) {
      throw node.error("mode " + mode + ", expected DCR or CRD");
    }
    return mode.equals("DCR");
  }

  private static Value spaceToDepth(OnnxNode node, Inputs in, ImportGraph graph) {
    long block = block(node, in.get(0), false);
    long c = in.get(0).fixedDim(1);
    long h = in.get(0).fixedDim(2) / block;
    long w = in.get(0).fixedDim(3) / block;
    Value split = graph.method("reshape", in.get(0), -1L, c, h, block, w, block);
    Value moved =
        blocksFirst(node)
            ? graph.method("permute", split, 0L, 3L, 5L, 1L, 2L, 4L)
            : graph.method("permute", split, 0L, 1L, 3L, 5L, 2L, 4L);
    return graph.method("reshape", moved, -1L, c * block * block, h, w);
  }
}
