package io.octant.onnx.export;

import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import io.octant.graph.Tuple;
import io.octant.onnx.OnnxException;
import io.octant.operator.CallForm;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Signature;
import io.octant.shape.Late;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Gives each node of a graph its value in the model: a constant, or what its rule emits. */
final class CallExport {
  private static final Signature ATTENTION =
      Signature.parse(
          "query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None,"
              + " average_attn_weights=True, is_causal=False");
  private static final Signature RECURRENT = Signature.parse("input, hx=None");

  /** What modules take that take other than the function in their row. */
  private static final Map<String, Signature> MODULES =
      Map.of(
          "multi_head_attention", ATTENTION,
          "lstm", RECURRENT,
          "gru", RECURRENT,
          "rnn", RECURRENT,
          "lstm_cell", RECURRENT,
          "gru_cell", RECURRENT,
          "rnn_cell", RECURRENT);

  private final GraphModule model;
  private final ExportGraph graph;
  private final Operators operators;

  CallExport(GraphModule model, ExportGraph graph, Operators operators) {
    this.model = model;
    this.graph = graph;
    this.operators = operators;
  }

  /**
   * The value of a node.
   *
   * @param values those of the nodes before it
   * @param result what it gives, right in type and shape
   * @param next the same at one sample more
   */
  Object value(Node n, Map<Node, Object> values, @Nullable Object result, @Nullable Object next) {
    if (n.operation() instanceof Operation.GetAttr) {
      Object attribute = model.attribute(n.target());
      if (attribute instanceof Tensor t) {
        graph.weight(n.target(), t);
      }
      return attribute;
    }
    List<Object> args = new ArrayList<>();
    n.args().forEach(a -> args.add(Arguments.map(a, in -> known(values, in))));
    Map<String, Object> kwargs = new LinkedHashMap<>();
    n.kwargs().forEach((name, a) -> kwargs.put(name, Arguments.map(a, in -> known(values, in))));
    if (isKnown(args) && isKnown(new ArrayList<>(kwargs.values()))) {
      return computed(n, args, kwargs);
    }
    if (result == null || next == null || result == Late.VALUE) {
      throw new OnnxException(
          "its shape depends on data, expected one that the inputs' shapes give");
    }
    OperatorRow row = row(n);
    graph.enter(
        n.operation() instanceof Operation.CallModule ? n.target() : n.scope().modulePath());
    Object known = SizeExport.value(graph, row.name(), args, kwargs, result, next);
    if (known != null) {
      return known;
    }
    NodeExport rule = ExportRules.find(row.name());
    if (rule == null) {
      throw new OnnxException("ONNX has no counterpart of " + row.name() + " (docs/onnx.md)");
    }
    return wrapped(rule.run(call(n, row, args, kwargs, result, next)), result, next);
  }

  private static Object known(Map<Node, Object> values, Node node) {
    return Objects.requireNonNull(values.get(node), node.name());
  }

  private static boolean isKnown(List<Object> arguments) {
    return arguments.stream().allMatch(a -> Arguments.all(a, ExportedTensor.class).isEmpty());
  }

  /** Without any input of the model: computed here. */
  private Object computed(Node n, List<Object> args, Map<String, Object> kwargs) {
    Operation op = n.operation();
    if (op instanceof Operation.CallFunction f) {
      return model.operators().callFunction(f.function(), args, kwargs);
    }
    return op instanceof Operation.CallMethod m
        ? model.operators().callMethod(m.target(), args, kwargs)
        : model.moduleOf(n).evaluate(args, kwargs);
  }

  private OperatorRow row(Node n) {
    TargetType type = model.typeOf(n);
    OperatorRow row = type == null ? null : operators.find(type);
    boolean plain =
        !(n.operation() instanceof Operation.CallModule)
            || (type != null && type.name().startsWith("torch.nn."));
    if (row == null || !plain) {
      throw new OnnxException("ONNX has no counterpart of " + type + " (docs/onnx.md)");
    }
    return row;
  }

  private NodeCall call(
      Node n,
      OperatorRow row,
      List<Object> args,
      Map<String, Object> kwargs,
      Object result,
      Object next) {
    String name = Objects.requireNonNull(model.typeOf(n)).name();
    if (n.operation() instanceof Operation.CallModule) {
      Module module = model.moduleOf(n);
      Map<String, Object> settings = settings(n.target(), module);
      Map<String, Object> bound = bound(row, module, settings, args, kwargs);
      return new NodeCall(graph, name, new NamedValues(name, bound), settings, result, next);
    }
    String call = n.operation() instanceof Operation.CallMethod ? "." + name : name;
    NamedValues bound = Signature.parse(row.call(call).parameters()).bind(call, args, kwargs);
    return new NodeCall(graph, call, bound, Map.of(), result, next);
  }

  /** Hyperparameters, parameters and buffers by name, those of descendants by path. */
  private Map<String, Object> settings(String path, Module module) {
    Map<String, Object> out = new LinkedHashMap<>(module.hyperparameters());
    module
        .stateDict()
        .forEach(
            (name, tensor) -> {
              graph.weight(path + "." + name, tensor);
              out.put(name, tensor);
            });
    return out;
  }

  /** The arguments of the function that a module computes. */
  private static Map<String, Object> bound(
      OperatorRow row,
      Module module,
      Map<String, Object> settings,
      List<Object> args,
      Map<String, Object> kwargs) {
    List<CallForm> forms = row.calls();
    Signature signature =
        MODULES.containsKey(row.name())
            ? MODULES.get(row.name())
            : Signature.parse(forms.isEmpty() ? "input" : forms.get(0).parameters());
    Map<String, Object> out = new LinkedHashMap<>(settings);
    int position = 0;
    for (Signature.Parameter p : signature.parameters()) {
      Object value =
          position < args.size()
              ? args.get(position)
              : kwargs.containsKey(p.name()) ? kwargs.get(p.name()) : settings.get(p.name());
      position++;
      out.put(p.name(), value != null ? value : p.fallback() != null ? p.fallback() : None.NONE);
    }
    if (settings.containsKey("norm")) {
      out.put("p", settings.get("norm")); // PairwiseDistance's name of it
    }
    out.put("training", module.isTraining());
    if (signature.has("use_input_stats")) {
      out.put("use_input_stats", module.isTraining() || !settings.containsKey("running_mean"));
    }
    return out;
  }

  /** Names of results as values of the graph. */
  private static Object wrapped(Object emitted, Object result, Object next) {
    if (emitted instanceof String name) {
      return wrapped(name, result, next);
    }
    List<?> names = (List<?>) emitted;
    List<?> results = result instanceof Tuple t ? t.items() : (List<?>) result;
    List<?> nexts = next instanceof Tuple t ? t.items() : (List<?>) next;
    List<Object> out = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      out.add(
          names.get(i).equals("")
              ? None.NONE
              : wrapped(names.get(i), results.get(i), nexts.get(i)));
    }
    return new Tuple(out);
  }

  private static ExportedTensor wrapped(String name, Object result, Object next) {
    if (result instanceof Tensor a && next instanceof Tensor b) {
      return new ExportedTensor(name, a.dtype(), a.shape(), b.shape(), false);
    }
    if (result instanceof Long) {
      return SizeExport.number(name);
    }
    throw new OnnxException("it gives " + result + ", expected tensors or sizes");
  }
}
