package io.octant.quantization.convert;

import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.nn.quantizable.Lstm;
import io.octant.nn.quantizable.MultiheadAttention;
import io.octant.nn.quantizable.Stub;
import io.octant.quantization.convert.ConvertOptions.Retention;
import io.octant.quantization.custom.CustomModuleContext;
import io.octant.quantization.custom.CustomModules;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.prepare.PreparedState;
import io.octant.quantization.prepare.PreparedState.StandaloneInterface;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QuantType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Converts modules with a conversion of their own: standalone graphs and custom modules. */
final class SpecialModules {
  private final GraphModule model;
  private final ConvertOptions options;
  private final Set<Node> quantizedCustomModules = new HashSet<>();
  private final Map<String, QuantType> converted = new HashMap<>();

  SpecialModules(GraphModule model, ConvertOptions options) {
    this.model = model;
    this.options = options;
  }

  /** Converts the module of a node, if it is of such a kind; returns whether it is. */
  boolean convert(Node node) {
    Module module = model.moduleOf(node);
    Optional<StandaloneInterface> standalone =
        module.attachment(PreparedState.class).flatMap(PreparedState::standalone);
    if (module instanceof GraphModule child && standalone.isPresent()) {
      convertStandalone(node, child, standalone.get());
      return true;
    }
    Optional<Map.Entry<QuantType, ModuleType>> type =
        options.customConfig().quantizedType(module.type());
    if (type.isPresent()) {
      convertCustom(node, module, type.get().getKey(), type.get().getValue());
      return true;
    }
    if (module instanceof Stub) {
      replaceByDequantize(node);
      return true;
    }
    QuantType kind = converted.get(node.target());
    if (kind == QuantType.STATIC) {
      takeQuantizedInputs(node, module);
      quantizedCustomModules.add(node);
    }
    return kind != null;
  }

  boolean isQuantizedCustomModule(Node node) {
    return quantizedCustomModules.contains(node);
  }

  // ---- standalone modules

  private void convertStandalone(Node node, GraphModule child, StandaloneInterface taken) {
    for (int index : taken.inputIndexes()) {
      if (index < node.args().size() && QuantizeNodes.isDequantize(node.arg(index))) {
        takeQuantized(node, (Node) node.arg(index));
      }
    }
    if (!taken.outputIndexes().isEmpty()) {
      if (!taken.outputIndexes().equals(List.of(0))) {
        throw new ConvertException(
            "Cannot convert standalone module "
                + node.target()
                + ": quantized outputs "
                + taken.outputIndexes()
                + ", expected [0]");
      }
      dequantizeAfter(node);
    }
    ConvertOptions own =
        new ConvertOptions(
            options.form() == ConvertForm.DECOMPOSED ? ConvertForm.REFERENCE : options.form(),
            ConvertCustomConfig.empty(),
            Optional.empty(),
            Optional.empty(),
            options.engine(),
            Retention.DROP,
            Retention.DROP);
    model.setModule(node.target(), ConvertPass.convert(child, own));
  }

  private void takeQuantized(Node node, Node dequantize) {
    node.replaceInput(dequantize, QuantizeNodes.quantizedInput(dequantize));
    if (dequantize.users().isEmpty()) {
      model.graph().erase(dequantize);
    }
  }

  /** Makes everyone who reads a node read its dequantized value. */
  void dequantizeAfter(Node node) {
    List<Node> users = List.copyOf(node.users());
    try (var at = model.graph().insertingAfter(node)) {
      Node dequantize = model.graph().callMethod(QuantizeNodes.DEQUANTIZE, node);
      users.forEach(user -> user.replaceInput(node, dequantize));
    }
  }

  // ---- custom modules

  private void convertCustom(Node node, Module module, QuantType kind, ModuleType type) {
    QConfig qconfig =
        module
            .attachment(QConfig.class)
            .orElseThrow(
                () ->
                    new ConvertException(
                        "Cannot convert custom module "
                            + node.target()
                            + ": it has no qconfig, expected that of prepare"));
    Optional<ActivationPostProcess> observer = outputObserver(node);
    if (kind == QuantType.STATIC) {
      takeQuantizedInputs(node, module);
      quantizedCustomModules.add(node);
    }
    model.setModule(
        node.target(),
        CustomModules.quantized(
            type, module, new CustomModuleContext(qconfig, options.engine(), observer)));
    converted.put(node.target(), kind);
  }

  /** The first input; of an LSTM the states too, of an attention query, key and value. */
  private void takeQuantizedInputs(Node node, Module module) {
    boolean allInputs = module instanceof Lstm || module instanceof MultiheadAttention;
    List<Object> taking =
        allInputs ? node.args() : node.args().subList(0, Math.min(1, node.args().size()));
    for (Node input : new LinkedHashSet<>(Arguments.all(taking, Node.class))) {
      if (QuantizeNodes.isDequantize(input)) {
        takeQuantized(node, input);
      }
    }
  }

  private Optional<ActivationPostProcess> outputObserver(Node node) {
    return node.users().stream()
        .filter(user -> user.operation() instanceof Operation.CallModule)
        .map(model::moduleOf)
        .filter(ActivationPostProcess.class::isInstance)
        .map(ActivationPostProcess.class::cast)
        .findFirst();
  }

  /** The output of a quantized custom module is an integer tensor already. */
  void replaceByDequantize(Node observer) {
    Node value = (Node) observer.arg(0);
    try (var at = model.graph().insertingAfter(observer)) {
      observer.replaceAllUsesWith(model.graph().callMethod(QuantizeNodes.DEQUANTIZE, value));
    }
    model.graph().erase(observer);
  }
}
