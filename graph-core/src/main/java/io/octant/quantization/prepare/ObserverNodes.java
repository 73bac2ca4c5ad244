package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.equalization.EqualizationObserver;
import io.octant.quantization.observer.ActivationPostProcess;

/** Tells which nodes call observers that give quantization parameters. */
final class ObserverNodes {
  private ObserverNodes() {}

  /** Equalization observers, which know factors only, do not count. */
  static boolean isObserver(GraphModule model, Node node) {
    return node.operation() instanceof Operation.CallModule
        && model.moduleOf(node) instanceof ActivationPostProcess observer
        && !(observer instanceof EqualizationObserver);
  }
}
