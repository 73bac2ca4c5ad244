package io.octant.quantization.convert;

import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.quantization.convert.ConvertOptions.Retention;
import io.octant.quantization.custom.CustomModules;
import io.octant.quantization.prepare.PreparedState;
import io.octant.quantization.prepare.PreparedState.StandaloneInterface;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QuantType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Converts modules with a conversion of their own: standalone graphs and custom modules. */
final class SpecialModules {
  private final GraphModule model;
  private final ConvertOptions options;
  private final Set<Node> quantizedCustomModules = new HashSet<>();
  private final Set<String> converted = new HashSet<>();

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
    type.ifPresent(t -> convertCustom(node, module, t.getKey(), t.getValue()));
    return type.isPresent() || converted.contains(node.target());
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
    if (kind == QuantType.STATIC) {
      if (!node.args().isEmpty() && QuantizeNodes.isDequantize(node.arg(0))) {
        takeQuantized(node, (Node) node.arg(0));
      }
      quantizedCustomModules.add(node);
    }
    if (converted.add(node.target())) {
      QConfig qconfig =
          module
              .attachment(QConfig.class)
              .orElseThrow(
                  () ->
                      new ConvertException(
                          "Cannot convert custom module "
                              + node.target()
                              + ": it has no qconfig, expected that of prepare"));
      model.setModule(node.target(), CustomModules.quantized(type, module, qconfig));
    }
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
