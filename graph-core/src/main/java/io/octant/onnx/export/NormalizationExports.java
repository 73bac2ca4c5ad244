package io.octant.onnx.export;

import io.octant.graph.None;
import io.octant.tensor.DType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Normalizations. */
final class NormalizationExports {
  private NormalizationExports() {}

  static Map<String, NodeExport> rules() {
    Map<String, NodeExport> out = new LinkedHashMap<>();
    out.put("batch_norm", NormalizationExports::batch);
    out.put("instance_norm", NormalizationExports::instance);
    out.put("layer_norm", NormalizationExports::layer);
    out.put("group_norm", NormalizationExports::group);
    out.put("rms_norm", NormalizationExports::rms);
    out.put("local_response_norm", NormalizationExports::localResponse);
    out.put("normalize", NormalizationExports::normalize);
    out.put("cosine_similarity", NormalizationExports::cosine);
    out.put("pairwise_distance", NormalizationExports::distance);
    return out;
  }

  private static Map<String, Object> epsilon(NodeCall c) {
    return Map.of("epsilon", c.values().number("eps"));
  }

  private static String parameter(NodeCall c, String name, double missing, int size) {
    return c.has(name) ? c.in(name) : ElementwiseExports.filled(c, missing, size);
  }

  private static String batch(NodeCall c) {
    ActivationExports.refuseTraining(c, c.values().flag("training"));
    if (!c.has("running_mean") || !c.has("running_var")) {
      throw c.refusal("no running statistics, expected some");
    }
    return withStatistics(c, c.in("input"));
  }

  private static String withStatistics(NodeCall c, String x) {
    int channels = c.like("running_mean").numel();
    return c.graph()
        .emit(
            "BatchNormalization",
            epsilon(c),
            x,
            parameter(c, "weight", 1, channels),
            parameter(c, "bias", 0, channels),
            c.in("running_mean"),
            c.in("running_var"));
  }

  private static String instance(NodeCall c) {
    char last = c.type().charAt(c.type().length() - 2);
    int axes = Character.isDigit(last) ? last - '0' : c.rank("input") - 2;
    String x = WindowExports.batched(c, axes);
    boolean inputs = c.values().flag("use_input_stats");
    if (!inputs && c.has("running_mean")) {
      return WindowExports.unbatched(c, axes, withStatistics(c, x));
    }
    int channels = c.fixedDim("input", c.rank("input") - axes - 1);
    String y =
        c.graph()
            .emit(
                "InstanceNormalization",
                epsilon(c),
                x,
                parameter(c, "weight", 1, channels),
                parameter(c, "bias", 0, channels));
    return WindowExports.unbatched(c, axes, y);
  }

  private static String layer(NodeCall c) {
    int[] shape = c.values().ints("normalized_shape");
    Map<String, Object> attributes =
        Map.of("axis", (long) -shape.length, "epsilon", c.values().number("eps"));
    String weight = c.has("weight") ? c.in("weight") : ElementwiseExports.filled(c, 1, shape);
    return c.graph()
        .emit("LayerNormalization", attributes, c.in("input"), weight, c.optional("bias"));
  }

  private static String group(NodeCall c) {
    int groups = c.values().integer("num_groups");
    int channels = c.fixedDim("input", 1);
    String grouped = c.graph().emit("Reshape", c.in("input"), c.graph().ints(0, groups, -1));
    String normal =
        c.graph()
            .emit(
                "InstanceNormalization",
                epsilon(c),
                grouped,
                ElementwiseExports.filled(c, 1, groups),
                ElementwiseExports.filled(c, 0, groups));
    String back = c.graph().emit("Reshape", normal, c.graph().emit("Shape", c.in("input")));
    int[] dims = new int[c.rank("input") - 1];
    Arrays.fill(dims, 1);
    dims[0] = channels;
    String scaled = c.has("weight") ? c.times(back, c.reshaped(c.in("weight"), dims)) : back;
    return c.has("bias") ? c.plus(scaled, c.reshaped(c.in("bias"), dims)) : scaled;
  }

  private static String rms(NodeCall c) {
    long[] axes = new long[c.values().ints("normalized_shape").length];
    Arrays.setAll(axes, i -> i - axes.length);
    double eps = c.has("eps") ? c.values().number("eps") : epsilonOf(c.dtype());
    String x = c.in("input");
    String mean = c.graph().emit("ReduceMean", c.times(x, x), c.graph().ints(axes));
    String root = c.graph().emit("Sqrt", c.plus(mean, c.graph().number(c.dtype(), eps)));
    String out = c.graph().emit("Div", x, root);
    return c.has("weight") ? c.times(out, c.in("weight")) : out;
  }

  /** The distance from 1 to the next number of the type that a type is computed in. */
  private static double epsilonOf(DType dtype) {
    return dtype == DType.FLOAT64 ? Math.ulp(1.0) : Math.ulp(1f);
  }

  private static String localResponse(NodeCall c) {
    int size = c.values().integer("size");
    if (size % 2 == 0) {
      throw c.refusal(
          "size " + size + ", whose neighbours are others in ONNX, expected an odd one");
    }
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("alpha", c.values().number("alpha"));
    attributes.put("beta", c.values().number("beta"));
    attributes.put("bias", c.values().number("k"));
    attributes.put("size", (long) size);
    String planes = c.graph().emit("Reshape", c.in("input"), c.graph().ints(0, 0, -1, 1));
    return c.rank("input") == 4
        ? c.graph().emit("LRN", attributes, c.in("input"))
        : c.reshaped(c.graph().emit("LRN", attributes, planes));
  }

  private static String normalize(NodeCall c) {
    long axis = c.axis("input", c.values().integer("dim"));
    String x = c.in("input");
    String length = length(c, x, c.values().number("p"), axis, true);
    return c.graph()
        .emit("Div", x, c.graph().emit("Max", length, c.graph().number(c.dtype(), eps(c))));
  }

  private static double eps(NodeCall c) {
    return c.values().value("eps") == None.NONE ? 0 : c.values().number("eps");
  }

  private static String length(NodeCall c, String x, double p, long axis, boolean keep) {
    if (p != 1 && p != 2) {
      throw c.refusal("p " + p + ", expected 1 or 2");
    }
    return c.graph()
        .emit(
            p == 1 ? "ReduceL1" : "ReduceL2",
            Map.of("keepdims", keep ? 1L : 0L),
            x,
            c.graph().ints(axis));
  }

  private static String cosine(NodeCall c) {
    int rank = c.dims().length + 1;
    int given = c.values().integer("dim");
    long axis = given < 0 ? given + rank : given;
    if (c.rank("x1") != rank || c.rank("x2") != rank) {
      throw c.refusal("operands of different ranks, expected the same");
    }
    String a = c.in("x1");
    String b = c.in("x2");
    String floor = c.graph().number(c.dtype(), eps(c));
    String lengths =
        c.times(
            c.graph().emit("Max", length(c, a, 2, axis, false), floor),
            c.graph().emit("Max", length(c, b, 2, axis, false), floor));
    String dot =
        c.graph().emit("ReduceSum", Map.of("keepdims", 0L), c.times(a, b), c.graph().ints(axis));
    return c.graph().emit("Div", dot, lengths);
  }

  private static String distance(NodeCall c) {
    String difference = c.graph().emit("Sub", c.in("x1"), c.in("x2"));
    String moved = c.plus(difference, c.graph().number(c.dtype(), eps(c)));
    return length(c, moved, c.values().number("p"), -1, c.values().flag("keepdim"));
  }
}
