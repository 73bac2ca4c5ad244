package io.octant.quantization.prepare;

import io.octant.graph.Node;
import org.jspecify.annotations.Nullable;

/** Which argument of a function is which. */
final class ArgumentRoles {
  private ArgumentRoles() {}

  static boolean isWeight(Node node, Object argument, ObserverPlan plan) {
    return isAt(node, argument, plan.weightIndex()) || node.kwargs().get("weight") == argument;
  }

  static boolean isBias(Node node, Object argument, ObserverPlan plan) {
    return isAt(node, argument, plan.biasIndex()) || node.kwargs().get("bias") == argument;
  }

  /** An argument by place or by name, null if it is left out. */
  static @Nullable Object argument(Node node, int index, String name) {
    return node.args().size() > index ? node.arg(index) : node.kwargs().get(name);
  }

  private static boolean isAt(Node node, Object argument, int index) {
    return index >= 0 && index < node.args().size() && node.arg(index) == argument;
  }
}
