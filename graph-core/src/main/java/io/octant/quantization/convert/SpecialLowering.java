package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import io.octant.graph.Tuple;
import io.octant.nn.quantized.StaticLowering;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.operator.QuantizedForm;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.prepare.OwnRanges;
import io.octant.quantization.prepare.PreparedState;
import io.octant.reference.binding.Signature;
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
    OperatorRow row = type == null ? null : Operators.standard().find(type);
    if (type == null || row == null) {
      return;
    }
    QuantizedForm form = row.quantized();
    if (!form.passes(type) || isHalf(quantize) && form.computes(type)) {
      return;
    }
    if (BackendConfigs.isOctants(type) && !hasOctantsQConfig(operator)) {
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
      lowerModule(operator, type, form, quantize);
    }
    for (Node dequantize : dequantized) {
      operator.replaceInput(dequantize, QuantizeNodes.quantizedInput(dequantize));
    }
    List<Object> parameters = List.copyOf(quantize.args().subList(1, quantize.args().size()));
    quantize.replaceAllUsesWith(operator);
    model.graph().erase(quantize);
    String twin = form.twins().get(type.name());
    if (twin != null) {
      replaceByTwin(operator, row, FunctionType.of(twin), parameters);
    } else {
      parameters.forEach(this::eraseParameter);
    }
  }

  /** PyTorch's practice leaves in float what its presets have no pattern for. */
  private boolean hasOctantsQConfig(Node operator) {
    return state.qconfig(operator.name()).filter(q -> q.activation().isOctants()).isPresent();
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

  private void lowerModule(Node operator, TargetType type, QuantizedForm form, Node quantize) {
    Module original = calls.original(operator);
    if (KEEPS_PARAMETERS.contains(type.name())) {
      model.setModule(
          operator.target(), lowering.lower(original, StaticPatterns.qparams(model, quantize)));
    } else if (form.modules().contains(type.name())) {
      calls.replace(operator, lowering.lower(original, StaticPatterns.qparams(model, quantize)));
    }
  }

  private void replaceByTwin(
      Node operator, OperatorRow row, FunctionType twin, List<Object> parameters) {
    Map<String, Object> kwargs = twinKeywords(operator, row, twin);
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

  /** The keywords that a twin takes: those given, and the float function's defaults it has not. */
  private static Map<String, Object> twinKeywords(
      Node operator, OperatorRow row, FunctionType twin) {
    Signature own = Signature.parse(row.call(operator.target()).parameters());
    Signature others = signature(twin);
    Map<String, Object> kwargs = new LinkedHashMap<>(operator.kwargs());
    kwargs
        .keySet()
        .removeIf(name -> own.has(name) && !others.has(name) && !name.equals(own.first()));
    List<Signature.Parameter> parameters = own.parameters();
    for (int i = operator.args().size(); i < parameters.size(); i++) {
      Signature.Parameter p = parameters.get(i);
      if (p.fallback() != null && others.requires(p.name())) {
        kwargs.putIfAbsent(p.name(), p.fallback());
      }
    }
    return kwargs;
  }

  private static Signature signature(FunctionType function) {
    OperatorRow row = Operators.standard().find(function);
    if (row == null) {
      throw new ConvertException(
          "Cannot convert: " + function + " is not in the operator table, expected it there");
    }
    return Signature.parse(row.call(function.name()).parameters());
  }

  private void eraseParameter(Object parameter) {
    if (parameter instanceof Node n && n.users().isEmpty()) {
      model.graph().erase(n);
      model.removeState(n.target());
    }
  }
}
