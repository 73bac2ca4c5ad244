package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.onnx.operator.OnnxOperators;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Group normalization as PyTorch's exporters write it before operator set 21: an instance
 * normalization of {@code [batch, groups, rest]} without weights, back to the shape of the input,
 * times a weight and plus a bias of each channel, if there are any. Whether the shape is that of
 * the input is not known here: it is the last input of the replacement, for the import to compare.
 */
final class GroupNormPattern {
  private GroupNormPattern() {}

  /** Anchored at the instance normalization. */
  static @Nullable Match match(NodeProto norm, NodeGraph graph) {
    if (!norm.getOpType().equals("InstanceNormalization")) {
      return null;
    }
    NodeProto split = graph.producer(norm.getInput(0));
    NodeProto joined = graph.onlyReader(norm.getOutput(0));
    int groups = (int) graph.constantSize(norm.getInput(1));
    if (split == null
        || graph.onlyReader(split.getOutput(0)) != norm
        || !splits(split, groups, graph)
        || joined == null
        || !reshapes(joined)
        || !joined.getInput(0).equals(norm.getOutput(0))
        || !graph.isFilled(norm.getInput(1), 1)
        || !graph.isFilled(norm.getInput(2), 0)) {
      return null;
    }
    Set<NodeProto> members = new HashSet<>(Set.of(split, norm, joined));
    NodeProto.Builder made =
        NodeProto.newBuilder()
            .setDomain(OnnxOperators.PATTERN_DOMAIN)
            .setOpType("GroupNorm")
            .addInput(split.getInput(0));
    String shape = joined.getInput(1);
    NodeProto last = joined;
    NodeProto scale = reader(joined, "Mul", graph);
    NodeProto shift = scale == null ? null : reader(scale, "Add", graph);
    if (scale != null && shift != null) {
      String weight = Binary.other(scale, joined.getOutput(0));
      String bias = Binary.other(shift, scale.getOutput(0));
      if (isPerChannel(weight, groups, graph)
          && graph.constantSize(bias) == graph.constantSize(weight)
          && graph.constantRank(bias) == graph.constantRank(weight)) {
        made.addInput(weight).addInput(bias);
        members.addAll(Set.of(scale, shift));
        last = shift;
      }
    }
    if (last == joined) {
      made.addInput("").addInput("");
    }
    made.addInput(shape)
        .setName(last.getName())
        .addAllMetadataProps(last.getMetadataPropsList())
        .addOutput(last.getOutput(0))
        .addAttribute(
            AttributeProto.newBuilder()
                .setName("num_groups")
                .setType(AttributeProto.AttributeType.INT)
                .setI(groups));
    norm.getAttributeList().stream()
        .filter(a -> a.getName().equals("epsilon"))
        .forEach(made::addAttribute);
    return new Match(made.build(), members);
  }

  /** Whether a node reshapes to {@code [0, groups, -1]}. */
  private static boolean splits(NodeProto node, int groups, NodeGraph graph) {
    int[] shape = reshapes(node) ? graph.integers(node.getInput(1)) : null;
    return shape != null
        && shape.length == 3
        && shape[0] == 0
        && shape[1] == groups
        && shape[2] == -1;
  }

  private static boolean reshapes(NodeProto node) {
    return node.getOpType().equals("Reshape")
        && node.getInputCount() == 2
        && node.getAttributeList().stream().noneMatch(a -> a.getI() != 0); // allowzero
  }

  private static @Nullable NodeProto reader(NodeProto of, String type, NodeGraph graph) {
    NodeProto reader = graph.onlyReader(of.getOutput(0));
    return reader != null && reader.getOpType().equals(type) ? reader : null;
  }

  /** Whether a constant is {@code [channels, 1, …]}, or {@code [1, channels, 1, …]}. */
  private static boolean isPerChannel(String tensor, int groups, NodeGraph graph) {
    int rank = graph.constantRank(tensor);
    long size = graph.constantSize(tensor);
    boolean leads =
        rank >= 1 && graph.constantDim(tensor, 0) == size
            || rank >= 2 && graph.constantDim(tensor, 1) == size;
    return leads && size % groups == 0;
  }
}
