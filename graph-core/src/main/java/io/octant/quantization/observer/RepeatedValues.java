package io.octant.quantization.observer;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the places where an observer that stands at several would see again what it has seen: FX
 * has one observer on both sides of what only moves values, and of a clamp. Engines leave these
 * places out, which spares time and keeps a convolution and the clamp behind it in one kernel.
 *
 * <p>Only observers that say so ({@link MergeableObserver#countsOnce}); PyTorch's see everything.
 */
public final class RepeatedValues {
  /** Each value of the inputs is one of the result, and the other way round. */
  static final Set<String> MOVES =
      Set.of(
          "flatten",
          "reshape",
          "view",
          "permute",
          "transpose",
          "squeeze",
          "unsqueeze",
          "contiguous",
          "identity",
          "cat",
          "concat",
          "stack");

  private RepeatedValues() {}

  /**
   * Whether what passes an observer is counted by the same observer elsewhere: right behind, once
   * it is clamped to the observer's limit, or before it was moved.
   *
   * @param observer a node that calls an observer
   */
  public static boolean at(GraphModule prepared, Node observer) {
    Module module = prepared.moduleOf(observer);
    if (!(module instanceof MergeableObserver<?> o)
        || !o.countsOnce()
        || !(observer.arg(0) instanceof Node observed)) {
      return false;
    }
    return isClampedBehind(prepared, observer, module) || isMoved(prepared, observed, module);
  }

  private static boolean isClampedBehind(GraphModule model, Node observer, Module module) {
    if (observer.users().size() != 1
        || !(module instanceof GridHistogramObserver grid)
        || grid.limit().isEmpty()) {
      return false;
    }
    Node behind = observer.users().iterator().next();
    return grid.limit().equals(ActivationLimits.findClamp(model, behind))
        && behind.users().stream().anyMatch(user -> module(model, user) == module);
  }

  private static boolean isMoved(GraphModule model, Node observed, Module module) {
    return MOVES.contains(OperatorName.of(model, observed))
        && !observed.inputs().isEmpty()
        && observed.inputs().stream().allMatch(in -> module(model, in) == module);
  }

  private static @Nullable Module module(GraphModule model, Node node) {
    return node.operation() instanceof Operation.CallModule ? model.moduleOf(node) : null;
  }
}
