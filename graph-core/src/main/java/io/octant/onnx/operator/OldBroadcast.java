package io.octant.onnx.operator;

import io.octant.onnx.OnnxNode;
import java.util.Set;

/**
 * How operators of two operands aligned them before operator set 7: at the last axis, or, by
 * attribute {@code axis}, at an axis of the first.
 */
final class OldBroadcast {
  static final Set<String> ATTRIBUTES = Set.of("axis", "broadcast");

  private OldBroadcast() {}

  /**
   * The second operand, with axes of size 1 behind its own where it is aligned further in front.
   */
  static Value second(OnnxNode node, Inputs in, ImportGraph graph) {
    Value b = in.get(1);
    boolean stretches = node.flag("broadcast", false);
    int rank = in.get(0).rank();
    long axis = node.integer("axis", rank - b.rank());
    if (!stretches) {
      return b;
    }
    long behind = rank - (axis < 0 ? axis + rank : axis) - b.rank();
    if (behind < 0 || behind > rank) {
      throw node.error(
          "axis " + axis + " for an operand of " + b.rank() + " axes and one of " + rank);
    }
    for (int i = 0; i < behind; i++) {
      b = graph.function("torch.unsqueeze", b, (long) b.rank());
    }
    return b;
  }
}
