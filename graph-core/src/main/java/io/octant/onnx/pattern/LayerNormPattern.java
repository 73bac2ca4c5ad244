package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalization over the last axis as exporters wrote it before operator set 17: {@code d = x
 * − mean(x); y = d / √(mean(d²) + ε) · γ + β}.
 */
final class LayerNormPattern {
  private LayerNormPattern() {}

  /** Anchored at the subtraction, whose result is read twice: by the square and the division. */
  static @Nullable Match match(NodeProto sub, NodeGraph graph) {
    if (!sub.getOpType().equals("Sub")) {
      return null;
    }
    NodeProto mean = graph.producer(sub.getInput(1));
    String x = sub.getInput(0);
    if (mean == null || !isLastMean(mean, graph) || !mean.getInput(0).equals(x)) {
      return null;
    }
    for (NodeProto div : graph.nodes()) {
      if (div.getOpType().equals("Div") && div.getInput(0).equals(sub.getOutput(0))) {
        return fromDivision(x, mean, sub, div, graph);
      }
    }
    return null;
  }

  private static @Nullable Match fromDivision(
      String x, NodeProto mean, NodeProto sub, NodeProto div, NodeGraph graph) {
    String d = sub.getOutput(0);
    NodeProto root = graph.producer(div.getInput(1));
    NodeProto add =
        root == null || !root.getOpType().equals("Sqrt") ? null : graph.producer(root.getInput(0));
    if (root == null || add == null || !add.getOpType().equals("Add")) {
      return null;
    }
    int constant = Double.isNaN(graph.scalar(add.getInput(1))) ? 0 : 1;
    double epsilon = graph.scalar(add.getInput(constant));
    NodeProto variance = graph.producer(add.getInput(1 - constant));
    NodeProto square = variance == null ? null : graph.producer(variance.getInput(0));
    NodeProto scale = graph.onlyReader(div.getOutput(0));
    if (Double.isNaN(epsilon)
        || variance == null
        || !isLastMean(variance, graph)
        || square == null
        || !isSquare(square, d, graph)
        || scale == null
        || !scale.getOpType().equals("Mul")) {
      return null;
    }
    NodeProto shift = graph.onlyReader(scale.getOutput(0));
    String gamma = Binary.other(scale, div.getOutput(0));
    if (shift == null || !shift.getOpType().equals("Add") || graph.constantRank(gamma) != 1) {
      return null;
    }
    String beta = Binary.other(shift, scale.getOutput(0));
    Set<NodeProto> members =
        new HashSet<>(Set.of(mean, sub, square, variance, add, root, div, scale, shift));
    boolean closed =
        graph.constantSize(gamma) > 1 // one number for all is none for each position
            && graph.constantSize(beta) == graph.constantSize(gamma)
            && graph.constantRank(beta) == 1
            && members.stream()
                .filter(n -> n != shift)
                .allMatch(n -> graph.readOnlyBy(n.getOutput(0), members));
    return closed ? made(x, gamma, beta, epsilon, shift, members) : null;
  }

  /** Whether a node squares a tensor. */
  static boolean isSquare(NodeProto node, String of, NodeGraph graph) {
    if (node.getOpType().equals("Pow")) {
      return node.getInput(0).equals(of) && graph.isScalar(node.getInput(1), 2);
    }
    return node.getOpType().equals("Mul")
        && node.getInput(0).equals(of)
        && node.getInput(1).equals(of);
  }

  /** Whether a node is the mean over the last axis, which it keeps. */
  static boolean isLastMean(NodeProto node, NodeGraph graph) {
    if (!node.getOpType().equals("ReduceMean")) {
      return false;
    }
    int[] axes = node.getInputCount() > 1 ? graph.integers(node.getInput(1)) : null;
    boolean keeps = true;
    for (AttributeProto a : node.getAttributeList()) {
      if (a.getName().equals("axes")) {
        axes = a.getIntsList().stream().mapToInt(Long::intValue).toArray();
      } else if (a.getName().equals("keepdims")) {
        keeps = a.getI() != 0;
      }
    }
    return keeps && axes != null && axes.length == 1 && axes[0] == -1;
  }

  private static Match made(
      String x, String gamma, String beta, double epsilon, NodeProto last, Set<NodeProto> members) {
    NodeProto norm =
        Binary.replacing(last)
            .setOpType("LayerNormalization")
            .addInput(x)
            .addInput(gamma)
            .addInput(beta)
            .addOutput(last.getOutput(0))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axis")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(-1))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("epsilon")
                    .setType(AttributeProto.AttributeType.FLOAT)
                    .setF((float) epsilon))
            .build();
    return new Match(norm, members);
  }
}
