package io.octant.onnx.operator;

import io.octant.graph.None;
import io.octant.onnx.OnnxNode;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Pools. Global pools are adaptive pools to one element. */
final class PoolingImports {
  private static final String F = "torch.nn.functional.";

  private PoolingImports() {}

  static List<OperatorSpec> rows() {
    Set<String> max =
        Set.of(
            "auto_pad",
            "ceil_mode",
            "dilations",
            "kernel_shape",
            "pads",
            "storage_order",
            "strides");
    Set<String> average =
        Set.of(
            "auto_pad",
            "ceil_mode",
            "count_include_pad",
            "dilations",
            "kernel_shape",
            "pads",
            "strides");
    Set<String> power =
        Set.of("auto_pad", "ceil_mode", "dilations", "kernel_shape", "p", "pads", "strides");
    Set<String> unpool = Set.of("kernel_shape", "pads", "strides");
    return new ImportFamily("")
        .addMany("MaxPool", 1, 1, 1, max, PoolingImports::maxPool)
        .add("LpPool", 1, 1, 1, power, PoolingImports::powerPool)
        .add("GlobalLpPool", 1, 1, 1, Set.of("p"), PoolingImports::globalPower)
        .add("MaxUnpool", 9, 2, 3, unpool, PoolingImports::unpool)
        .add("AveragePool", 1, 1, 1, average, PoolingImports::averagePool)
        .add("GlobalAveragePool", 1, 1, 1, Set.of(), (n, in, g) -> global("avg", in.get(0), n, g))
        .add("GlobalMaxPool", 1, 1, 1, Set.of(), (n, in, g) -> global("max", in.get(0), n, g))
        .rows();
  }

  /** An adaptive pool of every spatial axis to one element. */
  static Value global(String kind, Value x, OnnxNode node, ImportGraph graph) {
    int spatial = spatial(node, x);
    Object size = spatial == 1 ? (Object) 1L : Values.tuple(Padding.filled(spatial, 1));
    String type = kind.equals("avg") ? "AdaptiveAvgPool" : "AdaptiveMaxPool";
    return graph.activation(
        "torch.nn." + type + spatial + "d",
        Map.of("output_size", size),
        F + "adaptive_" + kind + "_pool" + spatial + "d",
        Map.of("output_size", size),
        x);
  }

  private static List<Value> maxPool(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    boolean columnMajor = node.flag("storage_order", false); // of the second output
    Padding window = window(node, x);
    boolean ceil = node.flag("ceil_mode", false);
    PoolSizes sizes = new PoolSizes(node, x, window, ceil);
    int[] padding = window.begin();
    int[] before = new int[padding.length];
    if (!window.isSymmetric() || !sizes.isNarrow()) {
      x = window.pad(x, Double.NEGATIVE_INFINITY, graph);
      before = padding;
      padding = new int[padding.length];
    }
    Map<String, Object> settings =
        Values.dict(
            "kernel_size",
            Values.tuple(window.kernel()),
            "stride",
            Values.tuple(window.stride()),
            "padding",
            Values.tuple(padding),
            "dilation",
            Values.tuple(window.dilation()),
            "return_indices",
            false,
            "ceil_mode",
            ceil);
    Value out = sizes.cropped(pool("MaxPool", "max_pool", settings, x, graph), graph);
    if (node.outputs().size() < 2 || node.output(1).isEmpty()) {
      return List.of(out);
    }
    settings.remove("return_indices");
    Object kernel = settings.remove("kernel_size");
    String function = F + "max_pool" + padding.length + "d_with_indices";
    Value both = graph.function(function, List.of(x, kernel), settings);
    Value flat = sizes.cropped(graph.function("operator.getitem", both, 1L), graph);
    Value positions =
        graph.function(
            "octant.pool_positions",
            flat,
            Values.tuple(spatialSizes(node, x)),
            Values.tuple(before),
            Values.tuple(spatialSizes(node, in.get(0))),
            columnMajor);
    return List.of(out, positions);
  }

  private static int[] spatialSizes(OnnxNode node, Value x) {
    int[] out = new int[spatial(node, x)];
    for (int i = 0; i < out.length; i++) {
      out[i] = x.fixedDim(i + 2);
      if (out[i] < 1) {
        throw node.error("input of shape " + x.shape() + ", expected fixed spatial sizes");
      }
    }
    return out;
  }

  /** What positions count in is the size that the attributes give; another adds zeros behind. */
  private static Value unpool(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    Padding window = window(node, x);
    int[] size = spatialSizes(node, x);
    for (int i = 0; i < size.length; i++) {
      long whole = (size[i] - 1L) * window.stride()[i] + window.kernel()[i];
      size[i] = (int) Math.min(Integer.MAX_VALUE, whole - window.begin()[i] - window.end()[i]);
      if (size[i] < 1) {
        throw node.error("pads beyond the window on axis " + (i + 2) + ", expected fewer");
      }
    }
    graph.tableSize(size);
    Value out = graph.function("octant.max_unpool", x, in.get(1), Values.tuple(size));
    if (!in.has(2)) {
      return out;
    }
    int[] wanted = in.integers(2);
    List<Object> amounts = new ArrayList<>();
    for (int i = size.length - 1; i >= 0; i--) {
      int more = wanted.length == size.length + 2 ? wanted[i + 2] - size[i] : -1;
      if (more < 0) {
        throw node.error(
            "output_shape "
                + Arrays.toString(wanted)
                + ", expected no less than "
                + Arrays.toString(size));
      }
      amounts.addAll(List.of(0L, (long) more));
    }
    return graph.function(
        F + "pad", List.of(out, amounts), Values.dict("mode", "constant", "value", 0.0));
  }

  /** (Σ |x|ᵖ)^(1/p) of each window. */
  private static Value powerPool(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    Padding window = window(node, x);
    PoolSizes sizes = new PoolSizes(node, x, window, node.flag("ceil_mode", false));
    double p = power(node);
    Value powers = graph.function("operator.pow", graph.function("torch.abs", x), p);
    return root(sums(node, powers, sizes.full(), graph), p, graph);
  }

  private static Value globalPower(OnnxNode node, Inputs in, ImportGraph graph) {
    int spatial = spatial(node, in.get(0));
    double p = power(node);
    Value powers = graph.function("operator.pow", graph.function("torch.abs", in.get(0)), p);
    List<Object> axes = Values.list(IntStream.range(2, spatial + 2).toArray());
    Value sum = graph.function("torch.sum", List.of(powers, axes), Values.dict("keepdim", true));
    return root(sum, p, graph);
  }

  private static double power(OnnxNode node) {
    long p = node.integer("p", 2);
    if (p < 1) {
      throw node.error("attribute p = " + p + ", expected 1 or more");
    }
    return p;
  }

  private static Value root(Value sums, double p, ImportGraph graph) {
    return p == 1 ? sums : graph.function("operator.pow", sums, 1 / p);
  }

  /** The sum of each window, padding counting as zeros; torch has no dilated average. */
  private static Value sums(OnnxNode node, Value x, Padding window, ImportGraph graph) {
    Value padded = window.pad(x, 0, graph);
    int spatial = window.kernel().length;
    int area = graph.tableSize(window.kernel());
    if (Arrays.stream(window.dilation()).allMatch(d -> d == 1)) {
      Value means = average(padded, window, new int[spatial], false, true, graph);
      return graph.function("operator.mul", means, (double) area);
    }
    int channels = x.fixedDim(1);
    if (channels < 1) {
      throw node.error("input of shape " + x.shape() + ", expected a fixed number of channels");
    }
    int[] dims = new int[spatial + 2];
    dims[0] = channels;
    dims[1] = 1;
    System.arraycopy(window.kernel(), 0, dims, 2, spatial);
    float[] ones = new float[graph.tableSize(channels, area)];
    Arrays.fill(ones, 1);
    return graph.function(
        F + "conv" + spatial + "d",
        padded,
        graph.constant(Tensor.of(ones, dims), node.output(0) + "_window"),
        None.NONE,
        Values.tuple(window.stride()),
        Values.tuple(new int[spatial]),
        Values.tuple(window.dilation()),
        (long) channels);
  }

  private static Value averagePool(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    Padding window = window(node, x);
    boolean ceil = node.flag("ceil_mode", false);
    PoolSizes sizes = new PoolSizes(node, x, window, ceil);
    boolean counted = node.flag("count_include_pad", false);
    if (Arrays.stream(window.dilation()).anyMatch(d -> d != 1)) {
      Value sums = sums(node, x, sizes.full(), graph);
      Tensor counts = sizes.counts(sums.shape(), counted);
      return graph.function(
          "operator.truediv", sums, graph.constant(counts, node.output(0) + "_counts"));
    }
    if (counted) {
      boolean simple = window.isSymmetric() && sizes.isNarrow();
      Value padded = simple ? x : window.pad(x, 0, graph);
      int[] padding = simple ? window.begin() : new int[window.kernel().length];
      return sizes.cropped(average(padded, window, padding, ceil, true, graph), graph);
    }
    if (sizes.isNarrow()) {
      for (boolean up : new boolean[] {ceil, !ceil}) {
        if (sizes.areEnoughInTorch(up)) {
          return sizes.cropped(average(x, window, window.begin(), up, false, graph), graph);
        }
      }
    }
    Value zeros = window.pad(x, 0, graph);
    Value sums = average(zeros, window, new int[window.kernel().length], ceil, true, graph);
    Value cropped = sizes.cropped(sums, graph);
    Value share = graph.constant(sizes.share(cropped.shape()), node.output(0) + "_share");
    return graph.function("operator.truediv", cropped, share);
  }

  private static Value average(
      Value x, Padding window, int[] padding, boolean ceil, boolean counted, ImportGraph graph) {
    Map<String, Object> settings =
        Values.dict(
            "kernel_size",
            Values.tuple(window.kernel()),
            "stride",
            Values.tuple(window.stride()),
            "padding",
            Values.tuple(padding),
            "ceil_mode",
            ceil,
            "count_include_pad",
            counted);
    if (window.kernel().length > 1) {
      settings.put("divisor_override", None.NONE);
    }
    return pool("AvgPool", "avg_pool", settings, x, graph);
  }

  private static Value pool(
      String type, String function, Map<String, Object> settings, Value x, ImportGraph graph) {
    int spatial = x.rank() - 2;
    if (graph.isModule()) {
      return graph.activation("torch.nn." + type + spatial + "d", settings, "", Map.of(), x);
    }
    Map<String, Object> kwargs = new java.util.LinkedHashMap<>(settings);
    kwargs.remove("return_indices");
    List<Object> args = new ArrayList<>(List.of(x, settings.get("kernel_size")));
    kwargs.remove("kernel_size");
    return graph.function(F + function + spatial + "d", args, kwargs);
  }

  private static Padding window(OnnxNode node, Value x) {
    int spatial = spatial(node, x);
    int[] kernel = node.integers("kernel_shape");
    if (kernel == null || kernel.length != spatial) {
      throw node.error("kernel_shape does not fit input of shape " + x.shape());
    }
    return Padding.of(node, x, kernel);
  }

  private static int spatial(OnnxNode node, Value x) {
    int spatial = x.rank() - 2;
    if (spatial < 1 || spatial > 3) {
      throw node.error("input of shape " + x.shape() + ", expected rank 3 to 5");
    }
    return spatial;
  }
}
