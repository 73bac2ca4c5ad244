package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What layer and RMS normalization have in common where exporters take them apart: {@code x /
 * √(mean(x²) + ε)} over one axis, by a division, a reciprocal or a power, times a weight for each
 * position. Whether a positive axis is the last one is not known here: it is the replacement's, for
 * the import to look at.
 *
 * @param x what is normalized
 * @param axis as the mean has it
 * @param epsilon of a sum with the mean
 * @param gamma the weight, a constant of rank 1
 * @param scaled the product with it
 * @param members all nodes, {@code scaled} included
 */
record UnitMeanSquare(
    String x, int axis, double epsilon, String gamma, NodeProto scaled, Set<NodeProto> members) {
  /** No axis that a pattern takes. */
  static final int NO_AXIS = -2;

  /** Found by its mean; null if a node is the mean of nothing like it. */
  static @Nullable UnitMeanSquare find(NodeProto mean, NodeGraph graph) {
    int axis = meanAxis(mean, graph);
    NodeProto square = axis == NO_AXIS ? null : graph.producer(mean.getInput(0));
    NodeProto add = square == null ? null : graph.onlyReader(mean.getOutput(0));
    if (square == null
        || !isSquare(square, graph)
        || add == null
        || !add.getOpType().equals("Add")) {
      return null;
    }
    String x = square.getInput(0);
    double epsilon = graph.scalar(Binary.other(add, mean.getOutput(0)));
    Set<NodeProto> members = new HashSet<>(Set.of(square, mean, add));
    NodeProto normalized = Double.isNaN(epsilon) ? null : normalized(x, add, members, graph);
    if (normalized == null) {
      return null;
    }
    members.add(normalized);
    NodeProto scaled = graph.onlyReader(normalized.getOutput(0));
    if (scaled != null && isCastToFloat(scaled)) {
      normalized = scaled;
      members.add(scaled);
      scaled = graph.onlyReader(scaled.getOutput(0));
    }
    if (scaled == null || !scaled.getOpType().equals("Mul")) {
      return null;
    }
    String gamma = Binary.other(scaled, normalized.getOutput(0));
    members.add(scaled);
    return graph.constantRank(gamma) == 1
            && graph.constantSize(gamma) > 1 // one number for all is none for each position
        ? new UnitMeanSquare(x, axis, epsilon, gamma, scaled, members)
        : null;
  }

  /** The one axis that a node takes the mean over and keeps; {@link #NO_AXIS} if there is none. */
  static int meanAxis(NodeProto node, NodeGraph graph) {
    if (!node.getOpType().equals("ReduceMean")) {
      return NO_AXIS;
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
    return keeps && axes != null && axes.length == 1 && axes[0] >= -1 ? axes[0] : NO_AXIS;
  }

  private static boolean isSquare(NodeProto node, NodeGraph graph) {
    return node.getOpType().equals("Pow")
        ? graph.isScalar(node.getInput(1), 2)
        : node.getOpType().equals("Mul") && node.getInput(0).equals(node.getInput(1));
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

  /**
   * A group that ends in a node as one operator; null if something else reads what is inside.
   *
   * @param group its nodes, the last one included
   * @param beta a bias for each position; null if there is none
   */
  @Nullable Match closed(
      String opType,
      String of,
      @Nullable String beta,
      NodeProto last,
      Set<NodeProto> group,
      NodeGraph graph) {
    boolean closed =
        group.stream()
            .filter(n -> n != last)
            .allMatch(n -> graph.readOnlyBy(n.getOutput(0), group));
    if (!closed) {
      return null;
    }
    NodeProto.Builder norm =
        Binary.replacing(last)
            .setOpType(opType)
            .addInput(of)
            .addInput(gamma)
            .addOutput(last.getOutput(0))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("axis")
                    .setType(AttributeProto.AttributeType.INT)
                    .setI(axis))
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("epsilon")
                    .setType(AttributeProto.AttributeType.FLOAT)
                    .setF((float) epsilon));
    if (beta != null) {
      norm.addInput(beta);
    }
    return new Match(norm.build(), group);
  }
}
