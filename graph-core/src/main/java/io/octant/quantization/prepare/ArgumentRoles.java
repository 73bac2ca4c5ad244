package io.octant.quantization.prepare;

import io.octant.graph.Node;

/** Which arguments of a function are weights and biases. */
final class ArgumentRoles {
  private ArgumentRoles() {}

  static boolean isWeight(Node node, Object argument, ObserverPlan plan) {
    return isAt(node, argument, plan.weightIndex()) || node.kwargs().get("weight") == argument;
  }

  static boolean isBias(Node node, Object argument, ObserverPlan plan) {
    return isAt(node, argument, plan.biasIndex()) || node.kwargs().get("bias") == argument;
  }

  private static boolean isAt(Node node, Object argument, int index) {
    return index >= 0 && index < node.args().size() && node.arg(index) == argument;
  }
}
