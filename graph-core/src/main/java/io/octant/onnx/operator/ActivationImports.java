package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Activations: torch modules where the file tells that a module computed them, functions otherwise.
 */
final class ActivationImports {
  private static final String F = "torch.nn.functional.";

  private ActivationImports() {}

  static List<OperatorSpec> rows() {
    List<OperatorSpec> recognized =
        new ImportFamily(OnnxOperators.PATTERN_DOMAIN)
            .add("Silu", 1, 1, 1, Set.of(), plain("torch.nn.SiLU", F + "silu"))
            .rows();
    return Stream.concat(recognized.stream(), standard().stream()).toList();
  }

  private static List<OperatorSpec> standard() {
    return new ImportFamily("")
        .add("Relu", 1, 1, 1, Set.of(), plain("torch.nn.ReLU", F + "relu"))
        .add("Sigmoid", 1, 1, 1, Set.of(), bare("torch.nn.Sigmoid", "torch.sigmoid"))
        .add("Tanh", 1, 1, 1, Set.of(), bare("torch.nn.Tanh", "torch.tanh"))
        .add("HardSwish", 1, 1, 1, Set.of(), plain("torch.nn.Hardswish", F + "hardswish"))
        .add("Mish", 18, 1, 1, Set.of(), plain("torch.nn.Mish", F + "mish"))
        .add("Softplus", 1, 1, 1, Set.of(), ActivationImports::softplus)
        .add("Softsign", 1, 1, 1, Set.of(), bare("torch.nn.Softsign", F + "softsign"))
        .add("Selu", 1, 1, 1, Set.of("alpha", "gamma"), ActivationImports::selu)
        .add("Elu", 1, 1, 1, Set.of("alpha"), ActivationImports::elu)
        .add("Celu", 12, 1, 1, Set.of("alpha"), ActivationImports::celu)
        .add("LeakyRelu", 1, 1, 1, Set.of("alpha"), ActivationImports::leakyRelu)
        .add("PRelu", 1, 2, 2, Set.of(), ActivationImports::prelu)
        .add("HardSigmoid", 1, 1, 1, Set.of("alpha", "beta"), ActivationImports::hardSigmoid)
        .add("Clip", 1, 1, 3, Set.of("min", "max"), ActivationImports::clip)
        .add("Swish", 24, 1, 1, Set.of("alpha"), ActivationImports::swish)
        .add("SwiGLU", 28, 2, 2, Set.of("alpha"), ActivationImports::swiGlu)
        .add("ThresholdedRelu", 10, 1, 1, Set.of("alpha"), ActivationImports::thresholded)
        .add("Shrink", 9, 1, 1, Set.of("lambd", "bias"), ActivationImports::shrink)
        .add("Gelu", 1, 1, 1, Set.of("approximate"), ActivationImports::gelu)
        .add(
            "Softmax",
            1,
            1,
            1,
            Set.of("axis"),
            (n, in, g) -> softmax("Softmax", "softmax", n, in, g))
        .add(
            "LogSoftmax",
            1,
            1,
            1,
            Set.of("axis"),
            (n, in, g) -> softmax("LogSoftmax", "log_softmax", n, in, g))
        .rows();
  }

  /** A module with the one setting {@code inplace}. */
  private static NodeImport.Single plain(String module, String function) {
    return (node, in, graph) ->
        graph.activation(module, Map.of("inplace", false), function, Map.of(), in.get(0));
  }

  private static NodeImport.Single bare(String module, String function) {
    return (node, in, graph) -> graph.activation(module, Map.of(), function, Map.of(), in.get(0));
  }

  private static Map<String, Object> with(String name, Object value) {
    Map<String, Object> hyper = new LinkedHashMap<>();
    hyper.put(name, value);
    hyper.put("inplace", false);
    return hyper;
  }

  private static Value elu(OnnxNode node, Inputs in, ImportGraph graph) {
    double alpha = (float) node.number("alpha", 1);
    return graph.activation(
        "torch.nn.ELU", with("alpha", alpha), F + "elu", Map.of("alpha", alpha), in.get(0));
  }

  private static Value celu(OnnxNode node, Inputs in, ImportGraph graph) {
    double alpha = (float) node.number("alpha", 1);
    return graph.activation(
        "torch.nn.CELU", with("alpha", alpha), F + "celu", Map.of("alpha", alpha), in.get(0));
  }

  private static Value selu(OnnxNode node, Inputs in, ImportGraph graph) {
    // The constants of torch.nn.SELU; ONNX' defaults are the same numbers.
    boolean old = node.opset() < 6; // with fewer digits
    double alpha = (float) node.number("alpha", old ? 1.6732 : 1.6732632);
    double gamma = node.number("gamma", old ? 1.0507 : 1.0507010);
    boolean standard = Math.abs(alpha - 1.6732632) < 1e-6 && Math.abs(gamma - 1.0507010) < 1e-6;
    if (!standard) {
      Value elu = graph.function(F + "elu", List.of(in.get(0)), Map.of("alpha", alpha));
      return graph.function("operator.mul", elu, gamma);
    }
    return graph.activation(
        "torch.nn.SELU", Map.of("inplace", false), F + "selu", Map.of(), in.get(0));
  }

  private static Value softplus(OnnxNode node, Inputs in, ImportGraph graph) {
    Map<String, Object> hyper = new LinkedHashMap<>();
    hyper.put("beta", 1.0);
    hyper.put("threshold", 20.0);
    return graph.activation("torch.nn.Softplus", hyper, F + "softplus", Map.of(), in.get(0));
  }

  private static Value leakyRelu(OnnxNode node, Inputs in, ImportGraph graph) {
    double slope = (float) node.number("alpha", 0.01);
    return graph.activation(
        "torch.nn.LeakyReLU",
        with("negative_slope", slope),
        F + "leaky_relu",
        Map.of("negative_slope", slope),
        in.get(0));
  }

  private static Value prelu(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    Shape slope = in.get(1).shape();
    // ONNX broadcasts the slope like NumPy; torch wants one number or one for each channel.
    boolean perChannel =
        x.rank() >= 2
            && slope.numel() == x.fixedDim(1)
            && slope.rank() == (node.opset() < 7 ? 1 : x.rank() - 1)
            && slope.dim(0) == slope.numel();
    if (!in.isConstant(1) || !(slope.numel() == 1 || perChannel)) {
      Value negative = graph.function("operator.mul", x, in.get(1));
      return graph.function("torch.where", graph.function("operator.lt", x, 0L), negative, x);
    }
    Tensor weight = in.constant(1).reshape(Shape.of(slope.numel()));
    Map<String, Object> hyper = new LinkedHashMap<>();
    hyper.put("num_parameters", (long) slope.numel());
    hyper.put("init", 0.25);
    return Weighted.of("PReLU", hyper, new WeightValue(weight, null), null, in, 1, -1)
        .emit(x, graph);
  }

  private static Value hardSigmoid(OnnxNode node, Inputs in, ImportGraph graph) {
    double alpha = node.number("alpha", 0.2);
    double beta = node.number("beta", 0.5);
    if ((float) alpha == 1f / 6 && (float) beta == 0.5f) {
      return graph.activation(
          "torch.nn.Hardsigmoid", Map.of("inplace", false), F + "hardsigmoid", Map.of(), in.get(0));
    }
    Value scaled = graph.function("operator.mul", in.get(0), alpha);
    return graph.function(
        "torch.clamp", List.of(graph.function("operator.add", scaled, beta), 0.0, 1.0), Map.of());
  }

  private static Value clip(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = graph.returned(in.get(0)); // the limits of integers are integers
    if (in.size() > 1 && (!constantOrMissing(in, 1) || !constantOrMissing(in, 2))) {
      Value low = in.has(1) ? graph.function("torch.maximum", x, in.get(1)) : x;
      return in.has(2) ? graph.function("torch.minimum", low, in.get(2)) : low;
    }
    double min = in.number(1, node.number("min", Double.NEGATIVE_INFINITY));
    double max = in.number(2, node.number("max", Double.POSITIVE_INFINITY));
    return limited(x, min, max, graph);
  }

  /** A value between limits, each of which may be infinite. */
  static Value limited(Value x, double min, double max, ImportGraph graph) {
    // Operator set 6 of Clip has the extreme floats as defaults, which mean the same.
    boolean noMin = min <= -Float.MAX_VALUE;
    boolean noMax = max >= Float.MAX_VALUE;
    if (!Dtypes.of(x).isFloatingPoint()) {
      return graph.function("torch.clamp", List.of(x, bound(min), bound(max)), Map.of());
    }
    if (min == 0 && noMax && !x.isKnown()) {
      return graph.activation("torch.nn.ReLU", Map.of("inplace", false), F + "relu", Map.of(), x);
    }
    if (noMin || noMax || x.isKnown() || min > max) { // torch's hardtanh refuses crossed limits
      return graph.function(
          "torch.clamp",
          List.of(
              x,
              noMin ? io.octant.graph.None.NONE : (Object) min,
              noMax ? io.octant.graph.None.NONE : (Object) max),
          Map.of());
    }
    if (min == 0 && max == 6) {
      Map<String, Object> relu6 = new LinkedHashMap<>();
      relu6.put("min_val", 0.0);
      relu6.put("max_val", 6.0);
      relu6.put("inplace", false);
      return graph.activation("torch.nn.ReLU6", relu6, F + "relu6", Map.of(), x);
    }
    Map<String, Object> bounds = new LinkedHashMap<>();
    bounds.put("min_val", min);
    bounds.put("max_val", max);
    Map<String, Object> hyper = new LinkedHashMap<>(bounds);
    hyper.put("inplace", false);
    return graph.activation("torch.nn.Hardtanh", hyper, F + "hardtanh", bounds, x);
  }

  private static Object bound(double limit) {
    return Double.isInfinite(limit) ? io.octant.graph.None.NONE : (Object) (long) limit;
  }

  private static boolean constantOrMissing(Inputs in, int index) {
    return !in.has(index) || in.isConstant(index);
  }

  private static Value swish(OnnxNode node, Inputs in, ImportGraph graph) {
    double alpha = (float) node.number("alpha", 1);
    return alpha == 1
        ? plain("torch.nn.SiLU", F + "silu").run(node, in, graph)
        : swish(in.get(0), alpha, graph);
  }

  /** The swish of the first input times the second. */
  private static Value swiGlu(OnnxNode node, Inputs in, ImportGraph graph) {
    return graph.function("operator.mul", swish(node, in, graph), in.get(1));
  }

  /** {@code x · sigmoid(alpha · x)}. */
  static Value swish(Value x, double alpha, ImportGraph graph) {
    Value scaled = graph.function("operator.mul", x, alpha);
    return graph.function("operator.mul", x, graph.function("torch.sigmoid", scaled));
  }

  private static Value thresholded(OnnxNode node, Inputs in, ImportGraph graph) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("threshold", (double) (float) node.number("alpha", 1));
    settings.put("value", 0.0);
    Map<String, Object> hyper = new LinkedHashMap<>(settings);
    hyper.put("inplace", false);
    return graph.activation("torch.nn.Threshold", hyper, F + "threshold", settings, in.get(0));
  }

  /** {@code x + bias} below {@code −lambd}, {@code x − bias} above {@code lambd}, else 0. */
  private static Value shrink(OnnxNode node, Inputs in, ImportGraph graph) {
    double lambd = (float) node.number("lambd", 0.5);
    double bias = (float) node.number("bias", 0);
    Value x = in.get(0);
    if (!Dtypes.of(x).isFloatingPoint()) {
      throw node.error("input of " + Dtypes.of(x) + ", expected floating point numbers");
    }
    Map<String, Object> how = Map.of("lambd", lambd);
    if (lambd >= 0 && bias == 0) {
      return graph.activation("torch.nn.Hardshrink", how, F + "hardshrink", how, x);
    }
    if (lambd >= 0 && bias == lambd) {
      return graph.activation("torch.nn.Softshrink", how, F + "softshrink", how, x);
    }
    Value above = graph.function("operator.gt", x, lambd);
    Value lowered = graph.function("operator.sub", x, bias);
    Value upper = graph.function("torch.where", above, lowered, 0.0);
    Value below = graph.function("operator.lt", x, -lambd);
    return graph.function("torch.where", below, graph.function("operator.add", x, bias), upper);
  }

  private static Value gelu(OnnxNode node, Inputs in, ImportGraph graph) {
    String approximate = node.string("approximate", "none");
    if (!approximate.equals("none") && !approximate.equals("tanh")) {
      throw node.error("approximate " + approximate + ", expected none or tanh");
    }
    Map<String, Object> how = Map.of("approximate", approximate);
    return graph.activation("torch.nn.GELU", how, F + "gelu", how, in.get(0));
  }

  private static Value softmax(
      String type, String function, OnnxNode node, Inputs in, ImportGraph graph) {
    return along(
        node,
        in.get(0),
        graph,
        (x, axis) -> {
          // Counted from the end where it is the last axis, as users write it.
          Map<String, Object> dim = Map.of("dim", axis == x.rank() - 1 ? -1L : (long) axis);
          return x == in.get(0)
              ? graph.activation("torch.nn." + type, dim, F + function, dim, x)
              : graph.function(F + function, List.of(x), Map.of("dim", (long) axis));
        });
  }

  /** What is computed along one axis of a value. */
  interface Along {
    Value apply(Value x, int axis);
  }

  /** Applied along the node's axis; before operator set 13 along it and all that follow, as one. */
  static Value along(OnnxNode node, Value x, ImportGraph graph, Along body) {
    if (x.rank() == 0) {
      throw node.error("input of rank 0, expected at least one axis");
    }
    boolean flattens = node.opset() < 13;
    int axis = x.axis(node.integer("axis", flattens ? 1 : -1));
    boolean alone = true;
    for (int i = axis + 1; i < x.rank(); i++) {
      alone &= x.fixedDim(i) == 1;
    }
    if (!flattens || alone) {
      return body.apply(x, axis);
    }
    Value out = body.apply(graph.function("torch.flatten", x, (long) axis), axis);
    List<Object> back = new ArrayList<>(List.of(out));
    for (int i = 0; i < x.rank(); i++) {
      back.add(graph.size(x, i));
    }
    return graph.method("reshape", back.toArray());
  }
}
