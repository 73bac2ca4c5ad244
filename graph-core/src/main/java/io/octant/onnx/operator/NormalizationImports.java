package io.octant.onnx.operator;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.onnx.OnnxNode;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** BatchNormalization, LayerNormalization, InstanceNormalization, GroupNormalization. */
final class NormalizationImports {
  private NormalizationImports() {}

  static List<OperatorSpec> rows() {
    Set<String> batchNorm = Set.of("epsilon", "momentum", "training_mode", "spatial", "is_test");
    return new ImportFamily("")
        .add("BatchNormalization", 6, 5, 5, batchNorm, NormalizationImports::batchNorm)
        .add(
            "LayerNormalization",
            1, // 17 as an operator of ONNX; the pattern pass makes it for any version
            2,
            3,
            Set.of("axis", "epsilon", "stash_type"),
            NormalizationImports::layerNorm)
        .add(
            "InstanceNormalization", 6, 3, 3, Set.of("epsilon"), NormalizationImports::instanceNorm)
        .add(
            "GroupNormalization",
            21,
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

  private static Value layerNorm(OnnxNode node, Inputs in, ImportGraph graph) {
    Value x = in.get(0);
    int axis = x.shape().axis(node.integer("axis", -1));
    requireFloatStash(node);
    int[] normalized = new int[x.rank() - axis];
    for (int i = 0; i < normalized.length; i++) {
      normalized[i] = x.fixedDim(axis + i);
      if (normalized[i] < 0) {
        throw node.error("normalizes over the batch axis");
      }
    }
    double eps = (float) node.number("epsilon", 1e-5);
    Tuple shape = Values.tuple(normalized);
    Shape wanted = Shape.of(normalized);
    boolean constant = in.isConstant(1) && (!in.has(2) || in.isConstant(2));
    boolean fits =
        in.get(1).shape().equals(wanted) && (!in.has(2) || in.get(2).shape().equals(wanted));
    if (!fits) { // torch does not broadcast gamma and beta
      None none = None.NONE;
      Value plain =
          graph.function("torch.nn.functional.layer_norm", x, shape.items(), none, none, eps);
      Value scaled = graph.function("operator.mul", plain, graph.scalarOr(in.get(1)));
      return in.has(2) ? graph.function("operator.add", scaled, graph.scalarOr(in.get(2))) : scaled;
    }
    if (!constant) {
      Object bias = in.has(2) ? in.get(2) : None.NONE;
      return graph.function(
          "torch.nn.functional.layer_norm",
          List.of(x, shape.items(), in.get(1), bias, eps),
          Map.of());
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

  private static Value instanceNorm(OnnxNode node, Inputs in, ImportGraph graph) {
    int rank = in.get(0).rank();
    if (rank < 3 || rank > 5) {
      throw node.error("input of shape " + in.get(0).shape() + ", expected rank 3 to 5");
    }
    Map<String, Object> hyper = new LinkedHashMap<>();
    hyper.put("num_features", (long) in.constant(1).numel());
    hyper.put("eps", (double) (float) node.number("epsilon", 1e-5));
    hyper.put("momentum", 0.1);
    hyper.put("affine", true);
    hyper.put("track_running_stats", false);
    WeightValue weight = new WeightValue(in.constant(1), null);
    return Weighted.of("InstanceNorm" + (rank - 2) + "d", hyper, weight, in.constant(2), in, 1, 2)
        .emit(in.get(0), graph);
  }

  private static Value groupNorm(OnnxNode node, Inputs in, ImportGraph graph) {
    requireFloatStash(node);
    Map<String, Object> hyper = new LinkedHashMap<>();
    hyper.put("num_groups", node.integer("num_groups", 1));
    hyper.put("num_channels", (long) in.constant(1).numel());
    hyper.put("eps", (double) (float) node.number("epsilon", 1e-5));
    hyper.put("affine", true);
    WeightValue weight = new WeightValue(in.constant(1), null);
    return Weighted.of("GroupNorm", hyper, weight, in.constant(2), in, 1, 2).emit(in.get(0), graph);
  }
}
