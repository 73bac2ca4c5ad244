package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Images read at positions: grids, regions, centres, columns, sequences from behind. */
final class SamplingImports {
  private static final String F = "torch.nn.functional.";

  private SamplingImports() {}

  static List<OperatorSpec> rows() {
    Set<String> roi =
        Set.of(
            "coordinate_transformation_mode",
            "mode",
            "output_height",
            "output_width",
            "sampling_ratio",
            "spatial_scale");
    return new ImportFamily("")
        .add("AffineGrid", 20, 2, 2, Set.of("align_corners"), SamplingImports::affineGrid)
        .add("CenterCropPad", 18, 2, 2, Set.of("axes"), SamplingImports::centered)
        .add("Col2Im", 18, 3, 3, Set.of("dilations", "pads", "strides"), SamplingImports::columns)
        .add(
            "GridSample",
            16,
            2,
            2,
            Set.of("align_corners", "mode", "padding_mode"),
            SamplingImports::gridSample)
        .add(
            "ReverseSequence",
            10,
            2,
            2,
            Set.of("batch_axis", "time_axis"),
            SamplingImports::reversed)
        .add("RoiAlign", 10, 3, 3, roi, SamplingImports::roiAlign)
        .rows();
  }

  private static Value gridSample(OnnxNode node, Inputs in, ImportGraph graph) {
    boolean old = node.opset() < 20;
    String given = node.string("mode", old ? "bilinear" : "linear");
    String mode =
        switch (given + (old ? " before 20" : "")) {
          case "linear", "bilinear before 20" -> "bilinear";
          case "cubic", "bicubic before 20" -> "bicubic";
          case "nearest", "nearest before 20" -> "nearest";
          default ->
              throw node.error(
                  "mode "
                      + given
                      + ", expected "
                      + (old ? "bilinear, nearest or bicubic" : "linear, nearest or cubic"));
        };
    String padding = node.string("padding_mode", "zeros");
    if (!Set.of("zeros", "border", "reflection").contains(padding)) {
      throw node.error("padding_mode " + padding + ", expected zeros, border or reflection");
    }
    return graph.function(
        F + "grid_sample", in.get(0), in.get(1), mode, padding, node.flag("align_corners", false));
  }

  /** The positions of an untouched grid, moved by a matrix for each sample. */
  private static Value affineGrid(OnnxNode node, Inputs in, ImportGraph graph) {
    Value theta = in.get(0);
    List<Value> sizes = graph.elements(in.get(1), "the size");
    int axes = sizes.size() - 2;
    boolean fits =
        (axes == 2 || axes == 3)
            && theta.rank() == 3
            && theta.fixedDim(1) == axes
            && theta.fixedDim(2) == axes + 1
            && sizes.get(0).at(false).equals((long) theta.shape().dim(0))
            && sizes.get(0).at(true).equals((long) theta.largeShape().dim(0))
            && sizes.stream().skip(2).allMatch(Value::isConstant);
    if (!fits) {
      throw node.error(
          "theta of shape "
              + theta.shape()
              + " for "
              + sizes.size()
              + " sizes, expected"
              + " [N, axes, axes + 1] for [N, C, two or three axes]");
    }
    int[] size =
        sizes.stream()
            .skip(2)
            .mapToInt(v -> (int) Math.max(0, Math.min(Integer.MAX_VALUE, (Long) v.at(false))))
            .toArray();
    if (IntStream.of(size).anyMatch(d -> d < 1)) {
      throw node.error("size " + Arrays.toString(size) + ", expected 1 or more");
    }
    float[] room = new float[graph.tableSize(graph.tableSize(size), axes + 1)];
    Tensor grid = grid(room, size, node.flag("align_corners", false));
    Value base = graph.constant(grid, node.output(0) + "_grid");
    Value moved =
        graph.function("torch.matmul", base, graph.function("torch.transpose", theta, 1L, 2L));
    List<Object> shape = new ArrayList<>(List.of(moved, -1L));
    IntStream.of(size).forEach(d -> shape.add((long) d));
    shape.add((long) axes);
    return graph.method("reshape", shape.toArray());
  }

  /** [points, axes + 1]: the last axis first, and 1. */
  private static Tensor grid(float[] out, int[] size, boolean aligned) {
    int axes = size.length;
    int points = out.length / (axes + 1);
    for (int p = 0; p < points; p++) {
      int rest = p;
      for (int a = axes - 1; a >= 0; a--) {
        int n = size[a];
        double at = rest % n;
        rest /= n;
        double open = (2 * at + 1) / n - 1;
        double closed = n == 1 ? 0 : 2 * at / (n - 1) - 1;
        out[p * (axes + 1) + axes - 1 - a] = (float) (aligned ? closed : open);
      }
      out[p * (axes + 1) + axes] = 1;
    }
    return Tensor.of(out, points, axes + 1);
  }

  private static Value roiAlign(OnnxNode node, Inputs in, ImportGraph graph) {
    String mode = node.string("mode", "avg");
    if (!mode.equals("avg") && !mode.equals("max")) {
      throw node.error("mode " + mode + ", expected avg or max");
    }
    String shift =
        node.string(
            "coordinate_transformation_mode",
            node.opset() < 16 ? "output_half_pixel" : "half_pixel");
    if (!shift.equals("half_pixel") && !shift.equals("output_half_pixel")) {
      throw node.error(
          "attribute "
              + node.describe("coordinate_transformation_mode")
              + ", expected half_pixel or output_half_pixel");
    }
    for (String size : List.of("output_height", "output_width")) {
      if (node.integer(size, 1) < 1) {
        throw node.error("attribute " + node.describe(size) + ", expected 1 or more");
      }
    }
    return graph.function(
        "octant.roi_align",
        in.get(0),
        in.get(1),
        in.get(2),
        mode,
        node.integer("output_height", 1),
        node.integer("output_width", 1),
        node.integer("sampling_ratio", 0),
        (double) (float) node.number("spatial_scale", 1),
        shift.equals("half_pixel"));
  }

  /** The middle of each axis, or zeros around it; of an odd number one more at the end. */
  private static Value centered(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    int[] size = in.integers(1);
    int[] axes = node.integers("axes", IntStream.range(0, x.rank()).toArray());
    if (axes.length != size.length) {
      throw node.error(size.length + " sizes, expected one for each of " + axes.length + " axes");
    }
    int[] before = new int[x.rank()];
    int[] behind = new int[x.rank()];
    Value out = x;
    for (int i = 0; i < axes.length; i++) {
      int axis = x.axis(axes[i]);
      int from = x.fixedDim(axis);
      if (from < 0 || size[i] < 1) {
        throw node.error(
            "size "
                + size[i]
                + " of axis "
                + axis
                + " of shape "
                + x.shape()
                + ", expected a positive one and an axis other than the batch");
      }
      int cut = Math.max(0, from - size[i]);
      if (cut > 0) {
        out = IndexingImports.range(out, axis, cut / 2, cut / 2 + size[i], graph);
      }
      before[axis] = Math.max(0, size[i] - from) / 2;
      behind[axis] = Math.max(0, size[i] - from) - before[axis];
    }
    return padded(out, before, behind, graph);
  }

  private static Value padded(Value x, int[] before, int[] behind, ImportGraph graph) {
    int first = 0; // torch names only the last axes
    while (first < before.length && before[first] == 0 && behind[first] == 0) {
      first++;
    }
    List<Object> amounts = new ArrayList<>();
    for (int i = before.length - 1; i >= first; i--) {
      amounts.addAll(List.of((long) before[i], (long) behind[i]));
    }
    return amounts.isEmpty()
        ? x
        : graph.function(
            F + "pad", List.of(x, amounts), Values.dict("mode", "constant", "value", 0.0));
  }

  /** Sums of columns at the places of their windows, in an image with its padding, cut off then. */
  private static Value columns(OnnxNode node, Inputs in, ImportGraph graph) {
    int[] size = in.integers(1);
    int[] kernel = in.integers(2);
    if (size.length != 2 || kernel.length != 2) {
      throw node.error("image of " + size.length + " axes, expected 2");
    }
    Padding window = Padding.explicit(node, kernel);
    boolean even = window.isSymmetric();
    int[] padding = even ? window.begin() : new int[2];
    int[] whole = size.clone();
    for (int i = 0; i < 2 && !even; i++) {
      whole[i] += window.begin()[i] + window.end()[i];
    }
    Value out =
        graph.function(
            F + "fold",
            in.get(0),
            Values.tuple(whole),
            Values.tuple(kernel),
            Values.tuple(window.dilation()),
            Values.tuple(padding),
            Values.tuple(window.stride()));
    for (int i = 0; i < 2 && !even; i++) {
      int from = window.begin()[i];
      out = IndexingImports.range(out, i + 2, from, from + size[i], graph);
    }
    return out;
  }

  private static Value reversed(OnnxNode node, Inputs in, ImportGraph graph) {
    long batch = node.integer("batch_axis", 1);
    long time = node.integer("time_axis", 0);
    if (batch + time != 1 || batch < 0 || time < 0) {
      throw node.error("axes " + batch + " and " + time + ", expected 0 and 1");
    }
    return graph.function("octant.reverse_sequence", in.get(0), in.get(1), batch, time);
  }
}
