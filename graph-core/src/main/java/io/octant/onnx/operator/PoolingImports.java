package io.octant.onnx.operator;

import io.octant.graph.None;
import io.octant.onnx.OnnxNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    return new ImportFamily("")
        .add("MaxPool", 1, 1, 1, max, PoolingImports::maxPool)
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

  private static Value maxPool(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    node.ignore("storage_order"); // of the second output, which may not be read
    Padding window = window(node, x);
    boolean ceil = node.flag("ceil_mode", false);
    PoolSizes sizes = new PoolSizes(node, x, window, ceil);
    int[] padding = window.begin();
    if (!window.isSymmetric() || !sizes.isNarrow()) {
      x = window.pad(x, Double.NEGATIVE_INFINITY, graph);
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
    return sizes.cropped(pool("MaxPool", "max_pool", settings, x, graph), graph);
  }

  private static Value averagePool(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    Padding window = window(node, x);
    for (int d : window.dilation()) {
      if (d != 1) {
        throw node.error("attribute " + node.describe("dilations") + ", expected 1 on every axis");
      }
    }
    boolean ceil = node.flag("ceil_mode", false);
    PoolSizes sizes = new PoolSizes(node, x, window, ceil);
    if (node.flag("count_include_pad", false)) {
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
