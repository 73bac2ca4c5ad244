package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.backend.FusionMode;
import io.octant.quantization.fuse.FuseCustomConfig;
import io.octant.quantization.fuse.FusionPass;
import io.octant.quantization.fuse.UnusedModules;
import io.octant.quantization.observer.ActivationLimits;
import io.octant.quantization.observer.UniformObserver;
import io.octant.quantization.prepare.PreparedState.StandaloneInterface;
import io.octant.quantization.qconfig.Choice;
import io.octant.quantization.qconfig.EqualizationQConfig;
import io.octant.quantization.qconfig.NodeConfigs;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.report.QuantizationReport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * From a float graph to one with observers; {@code prepare_fx} and {@code prepare_qat_fx}. The
 * argument is not changed. The result carries a {@link PreparedState} for conversion and a {@link
 * QuantizationReport}.
 */
public final class PreparePass {
  private final GraphModule model;
  private final PrepareOptions options;
  private final QConfigMapping mapping;
  private final Map<String, Choice<QConfig>> qconfigs;
  private final Map<String, Optional<EqualizationQConfig>> equalizations;

  private PreparePass(GraphModule fused, PrepareOptions options) {
    this.model = fused;
    this.options = options;
    QConfigMapping extended = MappingUpdates.forFusion(fused, options.qconfigMapping());
    if (options.mode() == FusionMode.QAT) {
      extended = MappingUpdates.forTraining(extended, options.backend());
      TrainingModules.swap(fused, extended, options.backend());
    }
    this.mapping = extended;
    this.qconfigs = NodeConfigs.of(fused, extended);
    this.equalizations = new LinkedHashMap<>();
    if (!options.equalization().isEmpty()) {
      NodeConfigs.of(fused, MappingUpdates.forFusion(fused, options.equalization()))
          .forEach((name, choice) -> equalizations.put(name, choice.value()));
    }
  }

  /**
   * Fuses and observes.
   *
   * @throws io.octant.OctantException if the model cannot be prepared as configured; the message
   *     names the node or module
   */
  public static GraphModule prepare(GraphModule model, PrepareOptions options) {
    return prepare(model, options, Optional.empty());
  }

  /** Prepares a module that its parent treats as one operator. */
  public static GraphModule prepareStandalone(GraphModule model, PrepareOptions options) {
    PrepareCustomConfig custom = options.customConfig();
    return prepare(
        model,
        options,
        Optional.of(
            new StandaloneInterface(
                custom.inputQuantizedIndexes(), custom.outputQuantizedIndexes())));
  }

  private static GraphModule prepare(
      GraphModule model, PrepareOptions options, Optional<StandaloneInterface> standalone) {
    PrepareChecks.require(model, options.customConfig());
    List<String> warnings = UnusedEntries.of(model, options);
    GraphModule fused =
        FusionPass.fuse(
            model,
            options.backend(),
            options.mode(),
            new FuseCustomConfig(options.customConfig().preservedAttributes()));
    return new PreparePass(fused, options).run(standalone, warnings);
  }

  private GraphModule run(Optional<StandaloneInterface> standalone, List<String> warnings) {
    attachQConfigs();
    Prototypes prototypes = new Prototypes();
    NonTensors nonTensors = new NonTensors(model);
    Map<Node, NodeMatch> matches =
        new NodeMatcher(model, options.backend(), options.customConfig(), nonTensors).matches();
    ModuleSwaps swaps = new ModuleSwaps(model, options.customConfig());
    swaps.prepareStandalone(qconfigs, options.mode(), options.backend());
    ObserverPlans plans =
        new ObserverPlans(
            model,
            options.backend(),
            options.customConfig(),
            matches,
            qconfigs,
            prototypes,
            nonTensors);
    QuantizationReport planned =
        new PrepareReport(model, options.backend(), matches, plans, qconfigs, nonTensors)
            .report(warnings);
    EqualizationInsertion equalization = new EqualizationInsertion(model, equalizations, plans);
    ObserverInsertion insertion =
        new ObserverInsertion(model, matches, plans, prototypes, swaps, equalization);
    Set<String> observed = insertion.run();
    ActivationLimits.apply(model);
    UnusedModules.remove(model, options.customConfig().preservedAttributes());
    model.attach(
        QuantizationReport.class,
        PrepareReport.after(planned, insertion.lost(), quantizedAlready()));
    model.attach(
        PreparedState.class,
        new PreparedState(
            options.mode(),
            mapping,
            qconfigs,
            equalizations,
            observed,
            options.customConfig(),
            options.backend(),
            standalone));
    return model.lint();
  }

  /** What to say of a model that comes quantized, in whole or in part. */
  private List<String> quantizedAlready() {
    int values = model.graph().nodes(QuantizedAlready::isQuantize).size();
    boolean nothingLeft = model.graph().nodes(n -> ObserverNodes.isObserver(model, n)).isEmpty();
    return values == 0
        ? List.of()
        : List.of(
            "the model comes with "
                + values
                + " quantized values, which stay as they are"
                + (nothingLeft ? "; nothing is left to quantize" : ""));
  }

  /** Leaves each called module its qconfig, and refuses what no backend can run. */
  private void attachQConfigs() {
    for (Node node : model.graph()) {
      Optional<QConfig> qconfig =
          Optional.ofNullable(qconfigs.get(node.name())).flatMap(Choice::value);
      if (node.operation() instanceof Operation.CallModule && qconfig.isPresent()) {
        Module module = model.moduleOf(node);
        requireWeightObserver(node, module, qconfig.get());
        module.attach(QConfig.class, qconfig.get());
      }
    }
  }

  /** Fake quantizes pass, as in PyTorch: their reference form runs, lowering refuses them. */
  private static void requireWeightObserver(Node node, Module module, QConfig qconfig) {
    if (module.type().name().startsWith("torch.nn.ConvTranspose")
        && qconfig.weight().create() instanceof UniformObserver observer
        && observer.qscheme().isPerChannel()) {
      throw new PrepareException(
          "Cannot prepare node "
              + node.described()
              + ": Per channel weight observer is not supported yet for ConvTranspose{n}d, expected"
              + " a per-tensor one");
    }
  }
}
