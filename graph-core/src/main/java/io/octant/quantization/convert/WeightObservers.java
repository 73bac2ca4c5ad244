package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.Pattern;
import java.util.Map;

/**
 * Runs the observers of functional weights once: with dynamic quantization nobody else may have.
 */
final class WeightObservers {
  private WeightObservers() {}

  static void run(GraphModule model, BackendConfig backend) {
    ConstantNodes constants = new ConstantNodes(model, model.operators());
    for (Node node : model.graph()) {
      if (node.operation() instanceof Operation.CallFunction f) {
        Map<String, Integer> indexes =
            backend.find(Pattern.of(f.function())).map(c -> c.inputTypeToIndex()).orElse(Map.of());
        int index = indexes.getOrDefault("weight", -1);
        Object weight =
            index >= 0 && index < node.args().size()
                ? node.arg(index)
                : node.kwargs().get("weight");
        if (weight instanceof Node w && ConstantNodes.producers(w).isPresent()) {
          constants.evaluate(w);
        }
      }
    }
  }
}
