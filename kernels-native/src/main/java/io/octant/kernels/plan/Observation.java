package io.octant.kernels.plan;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.observer.ActivationPostProcess;

/** Which modules of a graph are observers. */
final class Observation {
  private Observation() {}

  /** True for observers; a fake quantize also changes what passes, and is no observer. */
  static boolean observes(Module module) {
    return module instanceof ActivationPostProcess && !module.type().name().contains("FakeQuant");
  }

  static boolean isObserved(GraphModule model) {
    for (Node n : model.graph()) {
      if (n.operation() instanceof Operation.CallModule m && observes(model.module(m.target()))) {
        return true;
      }
    }
    return false;
  }
}
