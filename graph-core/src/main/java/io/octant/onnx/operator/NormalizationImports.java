package io.octant.onnx.operator;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Normalizations over the batch, layers, instances, groups, squares and neighbouring channels. */
final class NormalizationImports {
  private static final String F = "torch.nn.functional.";

  private NormalizationImports() {}

  static List<OperatorSpec> rows() {
    List<OperatorSpec> recognized =
        new ImportFamily(OnnxOperators.PATTERN_DOMAIN)
            .add(
                "GroupNorm",
                1,
                4,
                4,
                Set.of("epsilon", "num_groups"),
                NormalizationImports::recognizedGroupNorm)
            .rows();
    return Stream.concat(recognized.stream(), standard().stream()).toList();
  }

  private static List<OperatorSpec> standard() {
    Set<String> batchNorm = Set.of("epsilon", "momentum", "training_mode", "spatial", "is_test");
    return new ImportFamily("")
        .add("BatchNormalization", 1, 5, 5, batchNorm, NormalizationImports::batchNorm)
        .addMany(
            "LayerNormalization",
            1, // 17 as an operator of ONNX; the pattern pass makes it for any version
            2,
            3,
            Set.of("axis", "epsilon", "stash_type"),
            NormalizationImports::layerNorm)
        .add(
            "RMSNormalization",
            23,
            2,
            2,
            Set.of("axis", "epsilon", "stash_type"),
            NormalizationImports::rmsNorm)
        .add(
            "SimplifiedLayerNormalization", // of ONNX Runtime, in the default domain
            1,
            2,
            2,
            Set.of("axis", "epsilon", "stash_type"),
            NormalizationImports::rmsNorm)
        .add("LRN", 1, 1, 1, Set.of("alpha", "beta", "bias", "size"), NormalizationImports::lrn)
        .add(
            "InstanceNormalization", 1, 3, 3, Set.of("epsilon"), NormalizationImports::instanceNorm)
        .add(
            "GroupNormalization",
            18,
            3,
            3,
            Set.of("epsilon", "num_groups", "stash_type"),
            NormalizationImports::groupNorm)
        .rows();
  }

  private static Value batchNorm(OnnxNode node, Inputs in, ImportGraph graph) {
    boolean trains =
        node.flag("training_mode", false) | (node.opset() < 7 & !node.flag("is_test", false));
    if (trains | node.integer("spatial", 1) == 0) {
      throw node.error("training mode or per-element statistics, expected inference per channel");
    }
    int rank = in.get(0).rank();
    if (rank < 2 || rank > 5) {
      throw node.error("input of shape " + in.get(0).shape() + ", expected rank 2 to 5");
    }
    if (!constants(in, 1, 4)) {
      double eps = (float) node.number("epsilon", 1e-5);
      node.ignore("momentum");
      return graph.function(
          F + "batch_norm", in.get(0), in.get(3), in.get(4), in.get(1), in.get(2), false, 0.1, eps);
    }
    Map<String, Object> hyper = new LinkedHashMap<>();
    hyper.put("num_features", (long) in.constant(1).numel());
    hyper.put("eps", (double) (float) node.number("epsilon", 1e-5));
    hyper.put("momentum", 1 - node.number("momentum", 0.9)); // ONNX weighs the old statistics
    hyper.put("affine", true);
    hyper.put("track_running_stats", true);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("weight", in.constant(1));
    tensors.put("bias", in.constant(2));
    tensors.put("running_mean", in.constant(3));
    tensors.put("running_var", in.constant(4));
    tensors.put("num_batches_tracked", Tensor.scalar(0L));
    Map<String, String> names = new LinkedHashMap<>();
    names.put("weight", in.name(1));
    names.put("bias", in.name(2));
    names.put("running_mean", in.name(3));
    names.put("running_var", in.name(4));
    String type = "torch.nn.BatchNorm" + Math.max(rank - 2, 1) + "d";
    return graph.weighted(type, hyper, tensors, null, names, in.get(0));
  }

  private static List<Value> layerNorm(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    int axis = x.axis(node.integer("axis", -1));
    requireFloatStash(node);
    int[] normalized = normalized(node, x, axis);
    double eps = (float) node.number("epsilon", 1e-5);
    List<Value> out = new ArrayList<>(List.of(layerNorm(in, normalized, eps, graph)));
    boolean more = node.outputs().stream().skip(1).anyMatch(name -> !name.isEmpty());
    if (more) {
      out.addAll(statistics(x, axis, eps, graph));
    }
    return out;
  }

  /** Mean and 1 / √(variance + eps) over all axes from one on, which stay with size 1. */
  private static List<Value> statistics(Value x, int axis, double eps, ImportGraph graph) {
    List<Object> axes = Values.list(IntStream.range(axis, x.rank()).toArray());
    Map<String, Object> keep = Values.dict("keepdim", true);
    Value mean = graph.function("torch.mean", List.of(x, axes), keep);
    Value apart = graph.function("operator.sub", x, mean);
    Value square = graph.function("operator.mul", apart, apart);
    Value variance = graph.function("torch.mean", List.of(square, axes), keep);
    Value safe = graph.function("operator.add", variance, eps);
    return List.of(mean, graph.function("torch.rsqrt", safe));
  }

  private static int[] normalized(OnnxNode node, Value x, int axis) {
    int[] sizes = new int[x.rank() - axis];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = x.fixedDim(axis + i);
      if (sizes[i] < 0) {
        throw node.error("normalizes over the batch axis");
      }
    }
    return sizes;
  }

  private static Value layerNorm(Inputs in, int[] normalized, double eps, ImportGraph graph) {
    Value x = in.get(0);
    Tuple shape = Values.tuple(normalized);
    Shape wanted = Shape.of(normalized);
    boolean constant = in.isConstant(1) && (!in.has(2) || in.isConstant(2));
    boolean fits =
        in.get(1).shape().equals(wanted) && (!in.has(2) || in.get(2).shape().equals(wanted));
    if (!fits) { // torch does not broadcast gamma and beta
      None none = None.NONE;
      Value plain = graph.function(F + "layer_norm", x, shape.items(), none, none, eps);
      Value scaled = graph.function("operator.mul", plain, graph.scalarOr(in.get(1)));
      return in.has(2) ? graph.function("operator.add", scaled, graph.scalarOr(in.get(2))) : scaled;
    }
    if (!constant) {
      Object bias = in.has(2) ? in.get(2) : None.NONE;
      return graph.function(
          F + "layer_norm", List.of(x, shape.items(), in.get(1), bias, eps), Map.of());
    }
    Map<String, Object> hyper = new LinkedHashMap<>();
    hyper.put("normalized_shape", shape);
    hyper.put("eps", eps);
    hyper.put("elementwise_affine", true);
    Tensor bias =
        in.has(2) ? in.constant(2) : Tensor.of(DType.FLOAT32, wanted, new float[wanted.numel()]);
    return Weighted.of("LayerNorm", hyper, new WeightValue(in.constant(1), null), bias, in, 1, 2)
        .emit(x, graph);
  }

  /** The type in which statistics are computed: float32, 1 in ONNX. */
  private static void requireFloatStash(OnnxNode node) {
    if (node.integer("stash_type", 1) != 1) {
      throw node.error("attribute " + node.describe("stash_type") + ", expected 1");
    }
  }

  private static boolean constants(Inputs in, int from, int to) {
    return IntStream.rangeClosed(from, to).allMatch(in::isConstant);
  }

  private static Value instanceNorm(OnnxNode node, Inputs in, ImportGraph graph) {
    int rank = in.get(0).rank();
    if (rank < 3 || rank > 5) {
      throw node.error("input of shape " + in.get(0).shape() + ", expected rank 3 to 5");
    }
    double eps = (float) node.number("epsilon", 1e-5);
    if (!constants(in, 1, 2)) {
      None none = None.NONE;
      return graph.function(
          F + "instance_norm", in.get(0), none, none, in.get(1), in.get(2), true, 0.1, eps);
    }
    Map<String, Object> hyper = new LinkedHashMap<>();
    hyper.put("num_features", (long) in.constant(1).numel());
    hyper.put("eps", eps);
    hyper.put("momentum", 0.1);
    hyper.put("affine", true);
    hyper.put("track_running_stats", false);
    WeightValue weight = new WeightValue(in.constant(1), null);
    return Weighted.of("InstanceNorm" + (rank - 2) + "d", hyper, weight, in.constant(2), in, 1, 2)
        .emit(in.get(0), graph);
  }

  /**
   * What {@link io.octant.onnx.pattern} recognizes: a weight and a bias for each channel, or none,
   * and the shape, which {@link RecognizedNorms} has looked at.
   */
  private static Value recognizedGroupNorm(OnnxNode node, Inputs in, ImportGraph graph) {
    in.ignore(3);
    Value x = in.get(0);
    long groups = node.integer("num_groups", 0);
    double eps = (float) node.number("epsilon", 1e-5);
    int channels = x.rank() < 2 ? -1 : x.fixedDim(1);
    if (channels < 1 || channels % groups != 0) {
      throw node.error(
          groups + " groups of input of shape " + x.shape() + ", expected a divisor of axis 1");
    }
    if (in.has(1)
        && isPerChannel(in.constant(1).shape(), x.rank(), channels)
        && isPerChannel(in.constant(2).shape(), x.rank(), channels)) {
      WeightValue weight = new WeightValue(in.constant(1).reshape(Shape.of(channels)), null);
      Tensor bias = in.constant(2).reshape(Shape.of(channels));
      return Weighted.of("GroupNorm", groupNorm(groups, channels, eps), weight, bias, in, 1, 2)
          .emit(x, graph);
    }
    Value plain = graph.function(F + "group_norm", x, groups, None.NONE, None.NONE, eps);
    return in.has(1)
        ? graph.function(
            "operator.add", graph.function("operator.mul", plain, in.get(1)), in.get(2))
        : plain;
  }

  /** Whether a factor that broadcasts to an input differs along its axis 1 only. */
  private static boolean isPerChannel(Shape factor, int rank, int channels) {
    int axis = factor.rank() - (rank - 1);
    return axis >= 0 && factor.numel() == channels && factor.dim(axis) == channels;
  }

  private static Map<String, Object> groupNorm(long groups, int channels, double eps) {
    Map<String, Object> hyper = new LinkedHashMap<>();
    hyper.put("num_groups", groups);
    hyper.put("num_channels", (long) channels);
    hyper.put("eps", eps);
    hyper.put("affine", true);
    return hyper;
  }

  /** Before operator set 21 there is one scale and bias for each group. */
  private static Value groupNorm(OnnxNode node, Inputs in, ImportGraph graph) {
    requireFloatStash(node);
    Value x = in.get(0);
    long groups = node.integer("num_groups", 0);
    int channels = x.rank() < 2 ? -1 : x.fixedDim(1);
    if (groups < 1 || channels < 1 || channels % groups != 0) {
      throw node.error(
          groups + " groups of input of shape " + x.shape() + ", expected a divisor of axis 1");
    }
    double eps = (float) node.number("epsilon", 1e-5);
    long each = node.opset() < 21 ? channels / groups : 1;
    if (!constants(in, 1, 2) || each > 1) {
      Value scale = repeated(in.get(1), each, graph);
      Value bias = repeated(in.get(2), each, graph);
      return graph.function(F + "group_norm", x, groups, scale, bias, eps);
    }
    WeightValue weight = new WeightValue(in.constant(1), null);
    return Weighted.of(
            "GroupNorm", groupNorm(groups, channels, eps), weight, in.constant(2), in, 1, 2)
        .emit(x, graph);
  }

  private static Value repeated(Value x, long each, ImportGraph graph) {
    return each == 1 ? x : graph.function("torch.repeat_interleave", x, each);
  }

  private static Value rmsNorm(OnnxNode node, Inputs in, ImportGraph graph) {
    requireFloatStash(node);
    Value x = in.get(0);
    int[] normalized = normalized(node, x, x.axis(node.integer("axis", -1)));
    double eps = (float) node.number("epsilon", 1e-5);
    boolean fits = in.get(1).shape().equals(Shape.of(normalized));
    Object weight = fits ? in.get(1) : None.NONE;
    Value out = graph.function(F + "rms_norm", x, Values.list(normalized), weight, eps);
    return fits ? out : graph.function("operator.mul", out, graph.scalarOr(in.get(1)));
  }

  /** Of an even number of channels torch has the odd one before, ONNX behind. */
  private static Value lrn(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    long size = node.integer("size", 0);
    if (size < 1 || x.rank() < 3) {
      throw node.error(
          "size " + size + " and input of shape " + x.shape() + ", expected 1 or more and rank 3");
    }
    boolean turned = size % 2 == 0;
    Value seen = turned ? graph.function("torch.flip", x, List.of(1L)) : x;
    double alpha = (float) node.number("alpha", 1e-4);
    double beta = (float) node.number("beta", 0.75);
    double bias = (float) node.number("bias", 1);
    Value out = graph.function(F + "local_response_norm", seen, size, alpha, beta, bias);
    return turned ? graph.function("torch.flip", out, List.of(1L)) : out;
  }
}
