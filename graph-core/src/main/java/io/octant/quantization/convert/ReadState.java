package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Weights of layers that the graph reads besides calling the layer, for their type say. A lowered
 * layer has packed integers in their place: it keeps what is read as it was in the reference form.
 * PyTorch's converted models find a method there, and raise when they run.
 */
final class ReadState {
  private final GraphModule model;
  private final Map<String, Object> values = new LinkedHashMap<>();

  /** Notes what the graph of a model in reference form reads of its modules. */
  ReadState(GraphModule model) {
    this.model = model;
    for (Node n : model.graph()) {
      if (n.operation() instanceof Operation.GetAttr g && g.target().indexOf('.') > 0) {
        Object value = model.findAttribute(g.target());
        if (value != null) {
          values.put(g.target(), value);
        }
      }
    }
  }

  /** Gives it to the modules that have taken the place of others. */
  void restore() {
    values.forEach(
        (path, value) -> {
          Module owner = model.findModule(path.substring(0, path.lastIndexOf('.')));
          if (owner != null && model.findAttribute(path) == null) {
            owner.setAttribute(path.substring(path.lastIndexOf('.') + 1), value);
          }
        });
  }
}
