package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import io.octant.graph.Tuple;
import io.octant.nn.quantized.StaticLowering;
import io.octant.quantization.prepare.OwnRanges;
import io.octant.quantization.prepare.PreparedState;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Operators that quantized tensors support directly: copies, shapes, pools and fixed ranges run
 * under their own names; some functions and modules have a quantized twin that takes the scale and
 * zero point of the output.
 */
final class SpecialLowering {
  /** Keywords of float functions that their quantized twins do not take. */
  private static final Map<String, Set<String>> DROPPED =
      Map.of(
          "torch.ops.quantized.hardswish", Set.of("inplace"),
          "torch.ops.quantized.elu", Set.of("inplace"),
          "torch.ops.quantized.dropout", Set.of("inplace"),
          "torch.ops.quantized.instance_norm",
              Set.of("running_mean", "running_var", "use_input_stats", "momentum"));

  /** Keywords that their quantized twins need, where the float functions have defaults. */
  private static final Map<String, List<Default>> NEEDED =
      Map.of(
          "torch.ops.quantized.leaky_relu",
              List.of(new Default(1, "negative_slope", 0.01), new Default(2, "inplace", false)),
          "torch.ops.quantized.layer_norm",
              List.of(
                  new Default(2, "weight", None.NONE),
                  new Default(3, "bias", None.NONE),
                  new Default(4, "eps", 1e-5)),
          "torch.ops.quantized.instance_norm",
              List.of(
                  new Default(3, "weight", None.NONE),
                  new Default(4, "bias", None.NONE),
                  new Default(7, "eps", 1e-5)));

  /** What an argument is that is not given. */
  private record Default(int position, String name, Object value) {}

  /** Their quantized form has no parameters of its own, so that several calls may share it. */
  private static final Set<String> KEEPS_PARAMETERS =
      Set.of("torch.nn.Dropout", "torch.nn.Softmax");

  private final GraphModule model;
  private final PreparedState state;
  private final StaticLowering lowering;
  private final CallSites calls;

  SpecialLowering(GraphModule model, PreparedState state, QuantizedEngine engine) {
    this.model = model;
    this.state = state;
    this.lowering = new StaticLowering(engine);
    this.calls = new CallSites(model);
  }

  void run() {
    for (Node quantize : model.graph().nodes()) {
      if (quantize.calls(QuantizeNodes.PER_TENSOR) || isHalf(quantize)) {
        if (quantize.arg(0) instanceof Node operator) {
          ConvertException.naming(operator, () -> lower(operator, quantize));
        }
      }
    }
  }

  private static boolean isHalf(Node node) {
    return node.callsMethod(QuantizeNodes.TO)
        && node.args().size() == 2
        && node.arg(1) == DType.FLOAT16;
  }

  private void lower(Node operator, Node quantize) {
    TargetType type =
        operator.operation() instanceof Operation.CallModule
            ? calls.original(operator).type()
            : model.typeOf(operator);
    if (type == null || !isKnown(type) || isHalf(quantize) && CopyOperators.computes(type)) {
      return;
    }
    if (OwnRanges.isOwnAverage(type, state.qconfig(operator.name()))) {
      return;
    }
    List<Node> dequantized = dequantizedInputs(operator);
    boolean readByOthers = operator.users().size() > 1;
    if (dequantized.isEmpty() || readByOthers) {
      return;
    }
    if (operator.operation() instanceof Operation.CallModule && !isHalf(quantize)) {
      lowerModule(operator, type, quantize);
    }
    for (Node dequantize : dequantized) {
      operator.replaceInput(dequantize, QuantizeNodes.quantizedInput(dequantize));
    }
    List<Object> parameters = List.copyOf(quantize.args().subList(1, quantize.args().size()));
    quantize.replaceAllUsesWith(operator);
    model.graph().erase(quantize);
    FunctionType twin = CopyOperators.quantized(type);
    if (twin != null) {
      replaceByTwin(operator, twin, parameters);
    } else {
      parameters.forEach(this::eraseParameter);
    }
  }

  private static boolean isKnown(TargetType type) {
    return CopyOperators.runsAsIs(type)
        || CopyOperators.quantized(type) != null
        || CopyOperators.isRequantized(type);
  }

  /** The dequantize nodes of the first argument; empty unless all of it is dequantized. */
  private static List<Node> dequantizedInputs(Node operator) {
    Object first =
        !operator.args().isEmpty()
            ? operator.arg(0)
            : operator.kwargs().isEmpty() ? null : operator.kwargs().values().iterator().next();
    List<?> items =
        first instanceof List<?> list
            ? list
            : first instanceof Tuple tuple ? tuple.items() : asList(first);
    return items.stream().allMatch(QuantizeNodes::isDequantize)
        ? items.stream().map(Node.class::cast).toList()
        : List.of();
  }

  private static List<?> asList(@Nullable Object value) {
    return value == null ? List.of() : List.of(value);
  }

  private void lowerModule(Node operator, TargetType type, Node quantize) {
    Module original = calls.original(operator);
    if (KEEPS_PARAMETERS.contains(type.name())) {
      model.setModule(
          operator.target(), lowering.lower(original, StaticPatterns.qparams(model, quantize)));
    } else if (CopyOperators.isRequantized(type)) {
      calls.replace(operator, lowering.lower(original, StaticPatterns.qparams(model, quantize)));
    }
  }

  private void replaceByTwin(Node operator, FunctionType twin, List<Object> parameters) {
    Map<String, Object> kwargs = new LinkedHashMap<>(operator.kwargs());
    kwargs.keySet().removeAll(DROPPED.getOrDefault(twin.name(), Set.of()));
    NEEDED.getOrDefault(twin.name(), List.of()).stream()
        .filter(d -> d.position() >= operator.args().size())
        .forEach(d -> kwargs.putIfAbsent(d.name(), d.value()));
    kwargs.put("output_scale", parameters.get(0));
    kwargs.put("output_zero_point", parameters.get(1));
    Graph graph = model.graph();
    try (var at = graph.insertingAfter((Node) parameters.get(1))) {
      Node quantized = graph.callFunction(twin, operator.args(), kwargs);
      quantized.setScope(operator.scope());
      operator.replaceAllUsesWith(quantized);
    }
    graph.erase(operator);
  }

  private void eraseParameter(Object parameter) {
    if (parameter instanceof Node n && n.users().isEmpty()) {
      model.graph().erase(n);
      model.removeState(n.target());
    }
  }
}
