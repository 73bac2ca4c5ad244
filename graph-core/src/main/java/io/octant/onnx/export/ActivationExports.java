package io.octant.onnx.export;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Activations, softmax and dropout. */
final class ActivationExports {
  private ActivationExports() {}

  static Map<String, NodeExport> rules() {
    Map<String, NodeExport> out = new LinkedHashMap<>();
    for (String op :
        new String[] {"Relu", "Sigmoid", "Tanh", "Mish", "Selu", "Softsign", "HardSwish"}) {
      out.put(
          op.toLowerCase(java.util.Locale.ROOT), c -> c.graph().emit(op, c.in("input", c.dtype())));
    }
    out.put("relu6", c -> clip(c, number(c, 0), number(c, 6)));
    out.put(
        "hardtanh", c -> clip(c, number(c, value(c, "min_val")), number(c, value(c, "max_val"))));
    out.put(
        "hardsigmoid",
        c -> with(c, "HardSigmoid", Map.of("alpha", (double) (1f / 6), "beta", 0.5)));
    out.put("silu", c -> c.times(x(c), c.graph().emit("Sigmoid", x(c))));
    out.put(
        "logsigmoid",
        c -> c.graph().emit("Neg", c.graph().emit("Softplus", c.graph().emit("Neg", x(c)))));
    out.put("gelu", c -> with(c, "Gelu", Map.of("approximate", c.values().text("approximate"))));
    out.put("leaky_relu", c -> with(c, "LeakyRelu", Map.of("alpha", value(c, "negative_slope"))));
    out.put("elu", c -> with(c, "Elu", Map.of("alpha", value(c, "alpha"))));
    out.put("celu", c -> with(c, "Celu", Map.of("alpha", value(c, "alpha"))));
    out.put("clamp", ActivationExports::clamp);
    out.put("clamp_min", c -> c.graph().emit("Max", x(c), c.in("min", c.dtype())));
    out.put("clamp_max", c -> c.graph().emit("Min", x(c), c.in("max", c.dtype())));
    out.put("threshold", ActivationExports::threshold);
    out.put("softplus", ActivationExports::softplus);
    out.put("prelu", ActivationExports::prelu);
    out.put("hardshrink", c -> with(c, "Shrink", Map.of("lambd", value(c, "lambd"), "bias", 0.0)));
    out.put(
        "softshrink",
        c -> with(c, "Shrink", Map.of("lambd", value(c, "lambd"), "bias", value(c, "lambd"))));
    out.put("tanhshrink", c -> c.graph().emit("Sub", x(c), c.graph().emit("Tanh", x(c))));
    out.put("glu", ActivationExports::glu);
    out.put("rrelu", ActivationExports::rrelu);
    out.put("softmax", c -> along(c, "Softmax", x(c)));
    out.put("softmin", c -> along(c, "Softmax", c.graph().emit("Neg", x(c))));
    out.put("log_softmax", c -> along(c, "LogSoftmax", x(c)));
    out.put(
        "softmax2d",
        c -> c.graph().emit("Softmax", Map.of("axis", (long) c.rank("input") - 3), x(c)));
    for (String row : new String[] {"dropout", "alpha_dropout", "feature_alpha_dropout"}) {
      out.put(row, ActivationExports::dropout);
    }
    return out;
  }

  private static String x(NodeCall c) {
    return c.in("input", c.dtype());
  }

  private static double value(NodeCall c, String name) {
    return c.values().number(name);
  }

  private static String number(NodeCall c, double value) {
    return c.graph().number(c.dtype(), value);
  }

  private static String with(NodeCall c, String op, Map<String, Object> attributes) {
    return c.graph().emit(op, attributes, x(c));
  }

  private static String clip(NodeCall c, String low, String high) {
    return c.graph().emit("Clip", x(c), low, high);
  }

  private static String clamp(NodeCall c) {
    boolean tensors = (c.has("min") && c.isTensor("min")) || (c.has("max") && c.isTensor("max"));
    if (!tensors) {
      return clip(
          c,
          c.has("min") ? c.in("min", c.dtype()) : "",
          c.has("max") ? c.in("max", c.dtype()) : "");
    }
    String low = c.has("min") ? c.graph().emit("Max", x(c), c.in("min", c.dtype())) : x(c);
    return c.has("max") ? c.graph().emit("Min", low, c.in("max", c.dtype())) : low;
  }

  private static String threshold(NodeCall c) {
    if (value(c, "value") == 0 && c.dtype() == DType.FLOAT32) {
      return with(c, "ThresholdedRelu", Map.of("alpha", value(c, "threshold")));
    }
    String below = c.graph().emit("LessOrEqual", x(c), number(c, value(c, "threshold")));
    return c.graph().emit("Where", below, number(c, value(c, "value")), x(c));
  }

  private static String softplus(NodeCall c) {
    double beta = value(c, "beta");
    double threshold = value(c, "threshold");
    if (beta == 1 && threshold == 20) {
      return c.graph().emit("Softplus", x(c));
    }
    String scaled = c.scaled(x(c), c.dtype(), beta);
    String soft = c.graph().emit("Div", c.graph().emit("Softplus", scaled), number(c, beta));
    String linear = c.graph().emit("Greater", scaled, number(c, threshold));
    return c.graph().emit("Where", linear, x(c), soft);
  }

  private static String prelu(NodeCall c) {
    Tensor slope = c.findConstant("weight");
    if (slope == null) {
      throw c.refusal("weight is None, expected a tensor");
    }
    int trailing = Math.max(0, c.rank("input") - 2);
    if (slope.numel() == 1 || trailing == 0) {
      return c.graph().emit("PRelu", x(c), c.in("weight"));
    }
    int[] dims = new int[trailing + 1];
    java.util.Arrays.fill(dims, 1);
    dims[0] = slope.numel();
    return c.graph().emit("PRelu", x(c), c.graph().constant(slope.reshape(Shape.of(dims))));
  }

  private static String glu(NodeCall c) {
    long axis = c.axis("input", c.values().integer("dim"));
    c.fixedDim("input", (int) axis);
    var parts = c.graph().emit("Split", Map.of("axis", axis, "num_outputs", 2L), 2, x(c));
    return c.times(parts.get(0), c.graph().emit("Sigmoid", parts.get(1)));
  }

  private static String rrelu(NodeCall c) {
    refuseTraining(c, c.values().flag("training"));
    double slope = (value(c, "lower") + value(c, "upper")) / 2;
    return with(c, "LeakyRelu", Map.of("alpha", slope));
  }

  private static String along(NodeCall c, String op, String x) {
    int rank = c.rank("input");
    int axis =
        c.has("dim")
            ? c.axis("input", c.values().integer("dim"))
            : rank == 0 || rank == 1 || rank == 3 ? 0 : 1;
    return rank == 0
        ? c.reshaped(c.graph().emit(op, Map.of("axis", 0L), c.reshaped(x, 1)))
        : c.graph().emit(op, Map.of("axis", (long) axis), x);
  }

  private static String dropout(NodeCall c) {
    refuseTraining(c, c.values().flag("training"));
    return c.in("input");
  }

  static void refuseTraining(NodeCall c, boolean training) {
    if (training) {
      throw c.refusal("it is in training, expected evaluation mode");
    }
  }
}
