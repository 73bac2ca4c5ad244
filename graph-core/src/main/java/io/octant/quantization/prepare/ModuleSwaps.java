package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.FusionMode;
import io.octant.quantization.custom.CustomModules;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Replaces modules that are prepared in a way of their own: standalone modules by their prepared
 * graphs, custom modules by their observed forms.
 */
final class ModuleSwaps {
  private final GraphModule model;
  private final PrepareCustomConfig custom;
  private final Set<String> observed = new HashSet<>();

  ModuleSwaps(GraphModule model, PrepareCustomConfig custom) {
    this.model = model;
    this.custom = custom;
  }

  /**
   * Prepares every standalone module that is called.
   *
   * @throws PrepareException if one has no graph
   */
  void prepareStandalone(QConfigMapping parentMapping, FusionMode mode, BackendConfig backend) {
    for (Node node : model.graph()) {
      if (node.operation() instanceof Operation.CallModule m
          && !model.moduleOf(node).attachment(PreparedState.class).isPresent()) {
        StandaloneModuleConfig config = standaloneConfig(m.target(), model.moduleOf(node).type());
        if (config != null) {
          model.setModule(m.target(), prepared(m.target(), config, parentMapping, mode, backend));
        }
      }
    }
  }

  /** The name outranks the class. */
  private @org.jspecify.annotations.Nullable StandaloneModuleConfig standaloneConfig(
      String path, ModuleType type) {
    StandaloneModuleConfig byName = custom.standaloneModuleNames().get(path);
    return byName != null ? byName : custom.standaloneModuleClasses().get(type);
  }

  private GraphModule prepared(
      String path,
      StandaloneModuleConfig config,
      QConfigMapping parentMapping,
      FusionMode mode,
      BackendConfig backend) {
    if (!(model.module(path) instanceof GraphModule child)) {
      throw new PrepareException(
          "Cannot prepare standalone module "
              + path
              + ": "
              + model.module(path).type()
              + ", expected a module with a graph");
    }
    return PreparePass.prepareStandalone(
        child,
        new PrepareOptions(
            config.qconfigMapping().orElse(parentMapping),
            mode,
            config.prepareCustomConfig().orElse(PrepareCustomConfig.empty()),
            config.backendConfig().orElse(backend)));
  }

  /** Positions of the inputs that a standalone module takes as quantized tensors. */
  List<Integer> quantizedInputs(Node node) {
    return model
        .moduleOf(node)
        .attachment(PreparedState.class)
        .flatMap(PreparedState::standalone)
        .map(PreparedState.StandaloneInterface::inputIndexes)
        .orElse(List.of());
  }

  /** Replaces a custom module by its observed form; one that is called twice is replaced once. */
  void toObserved(Node node, QConfig qconfig) {
    Module floatModule = model.moduleOf(node);
    ModuleType type = custom.observedType(floatModule.type());
    if (type != null && observed.add(node.target())) {
      Module replacement = CustomModules.observed(type, floatModule, qconfig);
      replacement.attach(QConfig.class, qconfig);
      model.setModule(node.target(), replacement);
    }
  }
}
