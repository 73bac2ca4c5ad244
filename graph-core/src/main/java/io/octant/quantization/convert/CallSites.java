package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import java.util.HashMap;
import java.util.Map;

/**
 * Replaces the module of one call. A module that is called at several places, each with an output
 * scale of its own, becomes a module for each place; PyTorch keeps one, with the scale of the last
 * call. A place that is not replaced goes on calling the original.
 */
final class CallSites {
  private final GraphModule model;
  private final Map<String, Integer> calls = new HashMap<>();
  private final Map<String, Module> originals = new HashMap<>();

  CallSites(GraphModule model) {
    this.model = model;
    for (Node node : model.graph()) {
      if (node.operation() instanceof Operation.CallModule m) {
        calls.merge(m.target(), 1, Integer::sum);
        originals.put(m.target(), model.moduleOf(node));
      }
    }
  }

  /** The module that a node called before anything was replaced. */
  Module original(Node node) {
    Module found = originals.get(node.target());
    return found != null ? found : model.moduleOf(node);
  }

  /** Makes one node call another module, under its path if no other node calls that. */
  void replace(Node node, Module replacement) {
    String path = node.target();
    if (calls.merge(path, -1, Integer::sum) == 0) {
      model.setModule(path, replacement);
      return;
    }
    String copy = freePath(model, path);
    model.setModule(copy, replacement);
    node.setOperation(new Operation.CallModule(copy));
  }

  /** The path with the first number that nothing has. */
  static String freePath(GraphModule model, String path) {
    for (int i = 1; ; i++) {
      String candidate = path + "_" + i;
      if (model.findAttribute(candidate) == null) {
        return candidate;
      }
    }
  }
}
