package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.prepare.PreparedState;
import io.octant.quantization.qconfig.QConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives calls of one module that are configured differently modules of their own, so that a float
 * call computes with the float weight and every other with weights quantized as its qconfig says;
 * PyTorch converts the one module as the last call wants it, for all of them.
 */
final class SharedCalls {
  private SharedCalls() {}

  /** Edits a prepared model; the calls of the first qconfig keep the path. */
  static void separate(GraphModule model, PreparedState state) {
    Map<String, List<Node>> calls = new LinkedHashMap<>();
    for (Node node : model.graph()) {
      if (node.operation() instanceof Operation.CallModule m && isConvertedByQConfig(model, node)) {
        calls.computeIfAbsent(m.target(), t -> new ArrayList<>()).add(node);
      }
    }
    calls.forEach((path, nodes) -> separate(model, state, path, nodes));
  }

  private static boolean isConvertedByQConfig(GraphModule model, Node node) {
    Module module = model.moduleOf(node);
    return !(module instanceof ActivationPostProcess || module instanceof GraphModule);
  }

  private static void separate(
      GraphModule model, PreparedState state, String path, List<Node> nodes) {
    Map<Optional<QConfig>, List<Node>> groups = new LinkedHashMap<>();
    for (Node node : nodes) {
      Optional<QConfig> qconfig =
          state.observedNodes().contains(node.name())
              ? state.qconfig(node.name())
              : Optional.empty();
      groups.computeIfAbsent(qconfig, q -> new ArrayList<>()).add(node);
    }
    if (groups.size() == 1) {
      return;
    }
    Module shared = model.module(path);
    QConfig first = groups.keySet().stream().flatMap(Optional::stream).findFirst().orElseThrow();
    groups.forEach(
        (qconfig, calls) -> {
          boolean keepsPath = qconfig.equals(Optional.of(first));
          Module module = keepsPath ? shared : shared.copy();
          module.detach(QConfig.class);
          qconfig.ifPresent(q -> module.attach(QConfig.class, q));
          if (!keepsPath) {
            String own = CallSites.freePath(model, path);
            model.setModule(own, module);
            calls.forEach(call -> call.setOperation(new Operation.CallModule(own)));
          }
        });
  }
}
