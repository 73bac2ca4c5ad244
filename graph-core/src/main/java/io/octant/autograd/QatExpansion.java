package io.octant.autograd;

import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.nn.qat.QatBatchNorm;
import io.octant.nn.qat.QatModule;
import io.octant.reference.binding.NamedValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Modules of quantization-aware training as the calls that they make: the weight through its fake
 * quantize, then the layer as a function. With a batch norm the weight is scaled by {@code γ /
 * √(running_var + eps)} before, and the result is divided by it behind; see {@link QatBatchNorm}.
 */
final class QatExpansion {
  private final Expansion expansion;
  private final String path;
  private final Node origin;

  QatExpansion(Expansion expansion, String path, Node origin) {
    this.expansion = expansion;
    this.path = path;
    this.origin = origin;
  }

  Object of(QatModule module, List<Object> args, Map<String, Object> kwargs) {
    Node value =
        module instanceof QatBatchNorm norm
            ? batchNorm(norm, args, kwargs)
            : layer(module, fakeQuantized(attribute("weight")), bias(module), args, kwargs);
    return module.hasActivation() ? function("torch.nn.functional.relu", List.of(value)) : value;
  }

  private Map<String, Object> bias(Module module) {
    return module.findTensor("bias") == null ? Map.of() : Map.of("bias", attribute("bias"));
  }

  private Node layer(
      QatModule module,
      Node weight,
      Map<String, Object> bias,
      List<Object> args,
      Map<String, Object> kwargs) {
    Map<String, Object> state = new LinkedHashMap<>(module.hyperparameters());
    List<Object> inputs = args;
    if (ExplicitPadding.isNeeded(state)) {
      inputs = List.of(ExplicitPadding.pad(expansion, args.get(0), state));
    }
    state.put("weight", weight);
    state.remove("bias");
    state.putAll(bias);
    Call call =
        Objects.requireNonNull(ModuleCalls.of(module.weightedType(), state, inputs, kwargs));
    return expansion.function(call.function(), List.of(), call.given());
  }

  private Node batchNorm(QatBatchNorm module, List<Object> args, Map<String, Object> kwargs) {
    Module bn = module.module("bn");
    if (module.isBatchNormFrozen() && bn.isTraining()) {
      bn.train(false); // as the module does when it runs
    }
    double eps = new NamedValues(bn.type().name(), bn.hyperparameters()).number("eps");
    int rank = module.tensor("weight").shape().rank();
    Node variance = function("torch.add", List.of(attribute("bn.running_var"), eps));
    Node deviation = function("torch.sqrt", List.of(variance));
    Node factor = function("torch.div", List.of(attribute("bn.weight"), deviation));
    Node byRow = reshaped(factor, 0, rank);
    Node weight = attribute("weight");
    Node quantized = fakeQuantized(function("torch.mul", List.of(weight, byRow)));
    // a channel that folding makes zero keeps its float weight
    Node zero = function("torch.eq", List.of(byRow, 0.0));
    Node used = function("torch.where", List.of(zero, weight, quantized));
    Node y = layer(module, used, Map.of(), args, kwargs);
    Node none = function("torch.eq", List.of(factor, 0.0));
    Node divisor = function("torch.where", List.of(none, 1.0, factor));
    Node unscaled = function("torch.div", List.of(y, reshaped(divisor, 1, rank)));
    if (module.findTensor("bias") != null) {
      unscaled = function("torch.add", List.of(unscaled, reshaped(attribute("bias"), 1, rank)));
    }
    return expansion.call(path + ".bn", List.of(unscaled), Map.of(), origin);
  }

  /** A vector along one axis. */
  private Node reshaped(Node vector, int axis, int rank) {
    List<Object> shape = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      shape.add(i == axis ? -1L : 1L);
    }
    return function("torch.reshape", List.of(vector, shape));
  }

  private Node fakeQuantized(Node weight) {
    return expansion.call(path + ".weight_fake_quant", List.of(weight), Map.of(), origin);
  }

  private Node attribute(String name) {
    return expansion.graph().getAttr(path + "." + name);
  }

  private Node function(String name, List<?> args) {
    return expansion.function(name, args, Map.of());
  }
}
