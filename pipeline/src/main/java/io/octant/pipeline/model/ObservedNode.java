package io.octant.pipeline.model;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.observer.ActivationPostProcess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a prepared graph and what observes it.
 *
 * @param node name of the node whose value is observed
 * @param path where the observer stands in the module tree
 * @param observer the observer
 * @param reader the ONNX node that reads the value, or the graph node if the file has none
 * @param dependsOnInput false for weights and other constants, which convert observes itself
 */
record ObservedNode(
    String node,
    String path,
    ActivationPostProcess observer,
    String reader,
    boolean dependsOnInput) {

  /** The observed values of a graph, in execution order. */
  static List<ObservedNode> of(GraphModule prepared) {
    Map<Node, Boolean> depends = new HashMap<>();
    List<ObservedNode> out = new ArrayList<>();
    for (Node n : prepared.graph()) {
      boolean fromInput = n.operation() instanceof Operation.Placeholder;
      for (Node in : n.inputs()) {
        fromInput |= depends.getOrDefault(in, false);
      }
      depends.put(n, fromInput);
      if (n.operation() instanceof Operation.CallModule
          && prepared.moduleOf(n) instanceof ActivationPostProcess observer
          && n.arg(0) instanceof Node observed) {
        out.add(new ObservedNode(observed.name(), n.target(), observer, reader(n), fromInput));
      }
    }
    return out;
  }

  private static String reader(Node observation) {
    for (Node user : observation.users()) {
      String source = user.scope().source();
      return source.isEmpty() ? user.name() : source;
    }
    return observation.name();
  }
}
