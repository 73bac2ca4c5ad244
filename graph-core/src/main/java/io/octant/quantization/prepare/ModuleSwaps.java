package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.FusionMode;
import io.octant.quantization.custom.CustomModuleContext;
import io.octant.quantization.custom.CustomModules;
import io.octant.quantization.qconfig.Choice;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
   * Prepares every standalone module that is called. Where it has no mapping of its own, all of it
   * gets the qconfig that its parent chose for it.
   *
   * @param qconfigs what the parent chose for its nodes
   * @throws PrepareException if one has no graph
   */
  void prepareStandalone(
      Map<String, Choice<QConfig>> qconfigs, FusionMode mode, BackendConfig backend) {
    for (Node node : model.graph()) {
      if (node.operation() instanceof Operation.CallModule m
          && model.moduleOf(node).attachment(PreparedState.class).isEmpty()) {
        StandaloneModuleConfig config = standaloneConfig(m.target(), model.moduleOf(node).type());
        if (config != null) {
          Optional<QConfig> qconfig =
              Optional.ofNullable(qconfigs.get(node.name())).flatMap(Choice::value);
          QConfigMapping parents = QConfigMapping.empty().withGlobal(qconfig.orElse(null));
          model.setModule(m.target(), prepared(m.target(), config, parents, mode, backend));
        }
      }
    }
  }

  /** The name outranks the class. */
  private @Nullable StandaloneModuleConfig standaloneConfig(String path, ModuleType type) {
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
        plain(child),
        new PrepareOptions(
            config.qconfigMapping().orElse(parentMapping),
            mode,
            config.prepareCustomConfig().orElse(PrepareCustomConfig.empty()),
            config.backendConfig().orElse(backend)));
  }

  /** The same graph without the class that it stood for: what is prepared is no longer that. */
  private static GraphModule plain(GraphModule child) {
    GraphModule out = new GraphModule(child.graph().copy(), child.operators());
    child.children().forEach(out::setChild);
    child.parameters().forEach(out::setParameter);
    child.buffers().forEach(out::setBuffer);
    child.attributes().forEach(out::setAttribute);
    out.train(child.isTraining());
    return out;
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

  /** Whether a match is a custom module that returns the nested tuple of an LSTM. */
  boolean isLstm(NodeMatch match) {
    return match.kind() == NodeMatch.Kind.CUSTOM_MODULE
        && model.moduleOf(match.root()).type().name().equals("torch.nn.LSTM");
  }

  /** Replaces a custom module by its observed form; one that is called twice is replaced once. */
  void toObserved(Node node, QConfig qconfig) {
    Module floatModule = model.moduleOf(node);
    ModuleType type = custom.observedType(floatModule.type());
    if (type != null && observed.add(node.target())) {
      Module replacement =
          CustomModules.observed(type, floatModule, CustomModuleContext.of(qconfig));
      replacement.attach(QConfig.class, qconfig);
      model.setModule(node.target(), replacement);
    }
  }
}
