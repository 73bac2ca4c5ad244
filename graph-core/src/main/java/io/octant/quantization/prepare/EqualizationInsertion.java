package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.equalization.EqualizableLayers;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.qconfig.EqualizationQConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts the observers of input-weight equalization in front of layers that are equalized, before the
 * ordinary input observer; {@code _maybe_insert_input_equalization_observers_for_node}.
 */
final class EqualizationInsertion {
  private final GraphModule model;
  private final Map<String, Optional<EqualizationQConfig>> configs;
  private final ObserverPlans plans;

  EqualizationInsertion(
      GraphModule model, Map<String, Optional<EqualizationQConfig>> configs, ObserverPlans plans) {
    this.model = model;
    this.configs = configs;
    this.plans = plans;
  }

  /**
   * Whether the inputs of a node are to be equalized. An input that feeds another quantized layer
   * too is left alone; ask before ordinary observers are inserted.
   */
  boolean applies(Node node) {
    return configs.getOrDefault(node.name(), Optional.empty()).isPresent()
        && EqualizableLayers.contains(model, node)
        && !isBranch(node);
  }

  /** Observes the inputs of a node, the bias aside. */
  void observeInputs(Node node) {
    EqualizationQConfig config = configs.getOrDefault(node.name(), Optional.empty()).orElseThrow();
    ObserverPlan plan = plans.of(node);
    List<Object> args = new java.util.ArrayList<>(node.args());
    for (int i = 0; i < args.size(); i++) {
      Object argument = node.arg(i);
      if (!(argument instanceof Node value) || ArgumentRoles.isBias(node, value, plan)) {
        continue;
      }
      boolean weight = ArgumentRoles.isWeight(node, value, plan);
      Module observer = (weight ? config.weight() : config.inputActivation()).create();
      args.set(
          i,
          ObserverInsertion.insertAfter(
              model, value, observer, value.name() + "_equalization_process_"));
    }
    node.setArgs(args);
  }

  /** Whether the input is read by another node that is quantized, or by another observer. */
  private boolean isBranch(Node node) {
    return !node.args().isEmpty()
        && node.arg(0) instanceof Node input
        && input.users().size() > 1
        && input.users().stream().anyMatch(u -> u != node && isQuantized(u));
  }

  private boolean isQuantized(Node user) {
    return plans.qconfig(user).isPresent()
        || user.operation() instanceof Operation.CallModule
            && model.moduleOf(user) instanceof ActivationPostProcess;
  }
}
