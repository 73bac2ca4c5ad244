package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Normalization by the root of the mean square over the last axis, as exporters write it before
 * operator set 23: {@code x / √(mean(x²) + ε) · γ}, by a division, a reciprocal or a power.
 */
final class RmsNormPattern {
  private RmsNormPattern() {}

  /** Anchored at the mean. */
  static @Nullable Match match(NodeProto mean, NodeGraph graph) {
    if (!LayerNormPattern.isLastMean(mean, graph)) {
      return null;
    }
    NodeProto square = graph.producer(mean.getInput(0));
    if (square == null || square.getInputCount() == 0) {
      return null;
    }
    String x = square.getInput(0);
    NodeProto add = graph.onlyReader(mean.getOutput(0));
    if (!LayerNormPattern.isSquare(square, x, graph)
        || add == null
        || !add.getOpType().equals("Add")) {
      return null;
    }
    double epsilon = graph.scalar(Binary.other(add, mean.getOutput(0)));
    Set<NodeProto> members = new HashSet<>(Set.of(square, mean, add));
    NodeProto normalized = Double.isNaN(epsilon) ? null : normalized(x, add, members, graph);
    if (normalized == null) {
      return null;
    }
    members.add(normalized);
    NodeProto scale = graph.onlyReader(normalized.getOutput(0));
    if (scale != null && isCastToFloat(scale)) {
      normalized = scale;
      members.add(scale);
      scale = graph.onlyReader(scale.getOutput(0));
    }
    if (scale == null || !scale.getOpType().equals("Mul")) {
      return null;
    }
    NodeProto last = scale;
    String gamma = Binary.other(last, normalized.getOutput(0));
    members.add(last);
    boolean closed =
        graph.constantRank(gamma) == 1
            && graph.constantSize(gamma) > 1 // one number for all is none for each position
            && members.stream()
                .filter(n -> n != last)
                .allMatch(n -> graph.readOnlyBy(n.getOutput(0), members));
    return closed ? made(x, gamma, epsilon, last, members) : null;
  }

  /** Back to the type of the weight, which of float32 is nothing. */
  private static boolean isCastToFloat(NodeProto node) {
    return node.getOpType().equals("Cast")
        && node.getAttributeCount() == 1
        && node.getAttribute(0).getI() == TensorProto.DataType.FLOAT_VALUE;
  }

  /** The node that divides {@code x} by the root of {@code sum}; members are those up to it. */
  private static @Nullable NodeProto normalized(
      String x, NodeProto sum, Set<NodeProto> members, NodeGraph graph) {
    NodeProto root = graph.onlyReader(sum.getOutput(0));
    if (root == null) {
      return null;
    }
    members.add(root);
    if (root.getOpType().equals("Pow") && isInverseRoot(root, sum, graph)) {
      return product(x, root, graph);
    }
    NodeProto next = root.getOpType().equals("Sqrt") ? graph.onlyReader(root.getOutput(0)) : null;
    if (next == null) {
      return null;
    }
    boolean divides = next.getOpType().equals("Div") && next.getInput(1).equals(root.getOutput(0));
    if (divides && next.getInput(0).equals(x)) {
      return next;
    }
    if (divides && graph.isScalar(next.getInput(0), 1) || next.getOpType().equals("Reciprocal")) {
      members.add(next);
      return product(x, next, graph);
    }
    return null;
  }

  private static boolean isInverseRoot(NodeProto power, NodeProto of, NodeGraph graph) {
    return power.getInput(0).equals(of.getOutput(0)) && graph.isScalar(power.getInput(1), -0.5);
  }

  /** The product of x and what a node gives. */
  private static @Nullable NodeProto product(String x, NodeProto factor, NodeGraph graph) {
    NodeProto mul = graph.onlyReader(factor.getOutput(0));
    return mul != null
            && mul.getOpType().equals("Mul")
            && Binary.other(mul, factor.getOutput(0)).equals(x)
        ? mul
        : null;
  }

  private static Match made(
      String x, String gamma, double epsilon, NodeProto last, Set<NodeProto> members) {
    NodeProto norm =
        Binary.replacing(last)
            .setOpType("SimplifiedLayerNormalization")
            .addInput(x)
            .addInput(gamma)
            .addOutput(last.getOutput(0))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("epsilon")
                    .setType(AttributeProto.AttributeType.FLOAT)
                    .setF((float) epsilon))
            .build();
    return new Match(norm, members);
  }
}
