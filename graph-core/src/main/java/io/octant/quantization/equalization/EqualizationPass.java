package io.octant.quantization.equalization;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.qconfig.EqualizationQConfig;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Computes the factors of a calibrated graph and applies them: a multiplication before the input's
 * observer, or, where another equalized layer comes before, factors on that layer's rows and bias;
 * and their reciprocals on the weight's columns. {@code _convert_equalization_ref} of PyTorch with
 * its {@code convert_eq_obs}.
 */
public final class EqualizationPass {
  private static final FunctionType MULTIPLY = FunctionType.of("torch.mul");
  private static final FunctionType RELU = FunctionType.of("torch.nn.functional.relu");

  private final GraphModule model;
  private final Map<String, Optional<EqualizationQConfig>> configs;

  /** Factors of the input of each equalized layer, by the layer's node. */
  private final Map<Node, Tensor> scales = new LinkedHashMap<>();

  private EqualizationPass(GraphModule model, Map<String, Optional<EqualizationQConfig>> configs) {
    this.model = model;
    this.configs = configs;
  }

  /**
   * Edits a calibrated graph.
   *
   * @param configs what was chosen for each node when the graph was prepared
   */
  public static void apply(GraphModule model, Map<String, Optional<EqualizationQConfig>> configs) {
    EqualizationPass pass = new EqualizationPass(model, configs);
    pass.computeScales();
    pass.scaleWeights();
    pass.scaleInputs();
  }

  // ---- factors

  private void computeScales() {
    for (Node node : model.graph()) {
      InputEqualizationObserver input = inputObserver(node);
      if (input != null) {
        Node layer = layerBehind(node);
        if (layer != null) {
          WeightEqualizationObserver weight = weightObserver(layer);
          scales(layer, input, weight)
              .ifPresent(
                  s -> {
                    input.setScale(s);
                    weight.setScale(s);
                    scales.put(layer, s);
                  });
        }
      }
    }
  }

  private static Optional<Tensor> scales(
      Node layer, InputEqualizationObserver input, WeightEqualizationObserver weight) {
    try {
      return EqualizationScales.of(input, weight);
    } catch (EqualizationException e) {
      throw new EqualizationException(
          "Cannot equalize node " + layer.described() + ": " + e.getMessage(), e);
    }
  }

  private @Nullable InputEqualizationObserver inputObserver(Node node) {
    return node.operation() instanceof Operation.CallModule
            && model.moduleOf(node) instanceof InputEqualizationObserver observer
        ? observer
        : null;
  }

  private @Nullable Node layerBehind(Node observer) {
    return observer.users().stream()
        .filter(user -> EqualizableLayers.contains(model, user))
        .findFirst()
        .orElse(null);
  }

  /** The observer of a layer's weight: in the graph for functions, made now for modules. */
  private WeightEqualizationObserver weightObserver(Node layer) {
    Node inGraph = weightObserverNode(layer);
    if (inGraph != null) {
      return (WeightEqualizationObserver) model.moduleOf(inGraph);
    }
    WeightEqualizationObserver made =
        (WeightEqualizationObserver)
            configs.getOrDefault(layer.name(), Optional.empty()).orElseThrow().weight().create();
    made.observe(EqualizableLayers.weighted(model.moduleOf(layer)).tensor("weight"));
    return made;
  }

  private @Nullable Node weightObserverNode(Node layer) {
    for (Node input : layer.inputs()) {
      if (input.operation() instanceof Operation.CallModule
          && model.moduleOf(input) instanceof WeightEqualizationObserver) {
        return input;
      }
    }
    return null;
  }

  // ---- weights

  private void scaleWeights() {
    scales.forEach(
        (layer, scale) -> {
          Tensor next = nextScale(layer);
          if (layer.operation() instanceof Operation.CallModule) {
            Module weighted = EqualizableLayers.weighted(model.moduleOf(layer));
            weighted.setParameter("weight", scaled(weighted.tensor("weight"), scale, next));
            Tensor bias = weighted.findTensor("bias");
            if (bias != null && next != null) {
              weighted.setParameter("bias", EqualizationScales.multiply(bias, next, 0));
            }
          } else {
            scaleFunction(layer, scale, next);
          }
        });
  }

  private static Tensor scaled(Tensor weight, Tensor scale, @Nullable Tensor next) {
    Tensor columns = EqualizationScales.divide(weight, scale, 1);
    return next == null ? columns : EqualizationScales.multiply(columns, next, 0);
  }

  /** The factors of the layer that reads a layer's output, through a ReLU and observers. */
  private @Nullable Tensor nextScale(Node layer) {
    Node relu = onlyRelu(layer);
    for (Node observer : (relu == null ? layer : relu).users()) {
      for (Node next : observer.users()) {
        InputEqualizationObserver input = inputObserver(next);
        if (input != null && next.arg(0) == observer && input.hasScale()) {
          return input.scale();
        }
      }
    }
    return null;
  }

  private @Nullable Node onlyRelu(Node layer) {
    return layer.users().stream().filter(this::isRelu).findFirst().orElse(null);
  }

  private boolean isRelu(Node node) {
    return node.calls(RELU)
        || node.operation() instanceof Operation.CallModule
            && model.moduleOf(node).type().name().equals("torch.nn.ReLU");
  }

  private void scaleFunction(Node layer, Tensor scale, @Nullable Tensor next) {
    Node observer = weightObserverNode(layer);
    if (observer == null) {
      return;
    }
    Node quantizing = (Node) observer.arg(0);
    Node weight = (Node) quantizing.arg(0);
    replaceState(weight, scaled((Tensor) model.attribute(weight.target()), scale, next));
    renewObserver(quantizing);
    Object bias =
        layer.args().size() > 2 ? layer.arg(2) : layer.kwargs().getOrDefault("bias", weight);
    if (next != null && bias instanceof Node b && b != weight) {
      replaceState(b, EqualizationScales.multiply((Tensor) model.attribute(b.target()), next, 0));
    }
    bypass(observer);
  }

  private void replaceState(Node read, Tensor value) {
    String target = read.target();
    int dot = target.lastIndexOf('.');
    Module owner = dot < 0 ? model : model.module(target.substring(0, dot));
    String name = target.substring(dot + 1);
    if (owner.parameters().containsKey(name)) {
      owner.setParameter(name, value);
    } else if (owner.buffers().containsKey(name)) {
      owner.setBuffer(name, value);
    } else {
      owner.setAttribute(name, value);
    }
  }

  /** The observer of a weight has seen the weight as it was; a new one sees it as it is. */
  private void renewObserver(Node observer) {
    model
        .moduleOf(observer)
        .attachment(ObserverSpec.class)
        .ifPresent(spec -> model.setModule(observer.target(), spec.create()));
  }

  // ---- inputs

  private void scaleInputs() {
    for (Node node : model.graph().nodes()) {
      InputEqualizationObserver input = inputObserver(node);
      if (input == null || !(node.arg(0) instanceof Node quantizing)) {
        continue;
      }
      Node value = (Node) quantizing.arg(0);
      boolean scaledBefore = EqualizableLayers.contains(model, value) || isRelu(value);
      if (!scaledBefore && input.hasScale()) {
        narrow((ActivationPostProcess) model.moduleOf(quantizing), input);
        multiply(value, quantizing, input.reshapedScale());
      }
      bypass(node);
    }
  }

  /** Gives the input's observer the range of the scaled channels. */
  private static void narrow(ActivationPostProcess observer, InputEqualizationObserver input) {
    if (observer.findTensor("min_val") == null) {
      return;
    }
    float[] scale = input.scale().floats();
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < scale.length; c++) {
      min = Math.min(min, input.min()[c] * scale[c]);
      max = Math.max(max, input.max()[c] * scale[c]);
    }
    observer.setBuffer("min_val", Tensor.scalar(min));
    observer.setBuffer("max_val", Tensor.scalar(max));
  }

  private void multiply(Node value, Node quantizing, Tensor scale) {
    Graph graph = model.graph();
    String name = freeName(value.name() + "_equalization_scale");
    model.setBuffer(name, scale);
    try (var at = graph.insertingBefore(quantizing)) {
      Node read = graph.getAttr(name);
      Node product = graph.callFunction(MULTIPLY, value, read);
      quantizing.replaceInput(value, product);
    }
  }

  private String freeName(String prefix) {
    for (int i = 0; ; i++) {
      if (model.findAttribute(prefix + i) == null) {
        return prefix + i;
      }
    }
  }

  private void bypass(Node observer) {
    observer.replaceAllUsesWith((Node) observer.arg(0));
    model.graph().erase(observer);
    model.removeChild(observer.target());
  }
}
