package io.octant.autograd;

import io.octant.graph.Arguments;
import io.octant.graph.Container;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import io.octant.nn.Identity;
import io.octant.nn.activation.Softmax2d;
import io.octant.nn.attention.MultiheadAttention;
import io.octant.nn.container.Sequential;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.padding.PaddingNd;
import io.octant.nn.qat.QatModule;
import io.octant.nn.recurrent.RecurrentCell;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Copies a graph with composite modules replaced by the calls that they make: fused modules, those
 * of quantization-aware training, graphs within the graph, sequences, attention. What is left has a
 * rule of its own, or none.
 */
final class Expansion {
  private final GraphModule owner;
  private final Graph out = new Graph();

  private Expansion(GraphModule owner) {
    this.owner = owner;
  }

  /** The expanded graph of a module, whose targets are paths within the same module. */
  static Graph of(GraphModule module) {
    Expansion expansion = new Expansion(module);
    Map<Node, Object> values = new HashMap<>();
    for (Node n : module.graph()) {
      values.put(n, expansion.copy(n, "", values));
    }
    return expansion.out;
  }

  Graph graph() {
    return out;
  }

  private Object copy(Node n, String prefix, Map<Node, Object> values) {
    java.util.function.Function<Node, Object> in = v -> Objects.requireNonNull(values.get(v));
    List<Object> args = n.args().stream().map(a -> Arguments.map(a, in)).toList();
    Map<String, Object> kwargs = Arguments.mapValues(n.kwargs(), Node.class, in);
    if (n.operation() instanceof Operation.CallModule m) {
      return module(prefix + m.target(), args, kwargs, n);
    }
    if (n.calls(FunctionType.of("operator.getitem"))
        && args.get(0) instanceof Tuple items
        && args.get(1) instanceof Long index) {
      return item(items, Math.toIntExact(index), n);
    }
    Operation operation =
        n.operation() instanceof Operation.GetAttr g
            ? new Operation.GetAttr(prefix + g.target())
            : n.operation();
    return out.create(operation, args, kwargs, n.name(), n.scope());
  }

  private static Object item(Tuple items, int index, Node n) {
    int at = index < 0 ? index + items.size() : index;
    if (at < 0 || at >= items.size()) {
      throw new AutogradException(
          "Cannot differentiate node "
              + n.described()
              + ": item "
              + index
              + " of "
              + n.arg(0)
              + " has no derivative, expected one below "
              + items.size());
    }
    return items.item(at);
  }

  /** The value of a module's call. */
  Object module(String path, List<Object> args, Map<String, Object> kwargs, Node origin) {
    Module module = owner.module(path);
    if (module instanceof GraphModule inner) {
      return inlined(inner, path + ".", args, kwargs);
    }
    if (module instanceof FusedModule fused) {
      return fused(fused, path, args, origin);
    }
    if (module instanceof QatModule qat) {
      return new QatExpansion(this, path, origin).of(qat, args, kwargs);
    }
    if (module instanceof Identity) {
      return args.get(0);
    }
    if (module instanceof MultiheadAttention attention) {
      return new AttentionExpansion(this, path).of(attention, args, kwargs);
    }
    if (module instanceof RecurrentCell cell) {
      return new RecurrentCellExpansion(this, path, cell).of(args, kwargs);
    }
    if (module instanceof PaddingNd) {
      return padded(module, args.get(0));
    }
    if (module instanceof Softmax2d) {
      return function("torch.nn.functional.softmax", List.of(args.get(0), -3L), Map.of());
    }
    if (module.getClass() == Sequential.class || module.getClass() == Container.class) {
      Object value = args.get(0);
      for (String child : module.children().keySet()) {
        value = module(path + "." + child, List.of(value), Map.of(), origin);
      }
      return value;
    }
    if (ExplicitPadding.isNeeded(module.hyperparameters())) {
      return padding(path, module, args, kwargs);
    }
    return call(path, args, kwargs, origin);
  }

  /** A convolution that pads with something else than zeros. */
  private Node padding(String path, Module module, List<Object> args, Map<String, Object> kwargs) {
    Map<String, Object> state = new LinkedHashMap<>(module.hyperparameters());
    module.parameters().keySet().forEach(p -> state.put(p, out.getAttr(path + "." + p)));
    Object input = args.isEmpty() ? Objects.requireNonNull(kwargs.get("input")) : args.get(0);
    Node padded = ExplicitPadding.pad(this, input, state);
    Call call =
        Objects.requireNonNull(ModuleCalls.of(module.type(), state, List.of(padded), Map.of()));
    return function(call.function(), List.of(), call.given());
  }

  /** A call of a module as it is. */
  Node call(String path, List<?> args, Map<String, ?> kwargs, Node origin) {
    return out.create(
        new Operation.CallModule(path), args, kwargs, path.replace('.', '_'), origin.scope());
  }

  /** A call of a function. */
  Node function(String name, List<?> args, Map<String, ?> kwargs) {
    return out.callFunction(FunctionType.of(name), args, kwargs);
  }

  private Node padded(Module module, Object input) {
    String name = module.type().name();
    String mode =
        name.contains("Reflection")
            ? "reflect"
            : name.contains("Replication")
                ? "replicate"
                : name.contains("Circular") ? "circular" : "constant";
    Object value = module.hyperparameters().getOrDefault("value", None.NONE);
    Object sides = Objects.requireNonNull(module.hyperparameters().get("padding"));
    return function("torch.nn.functional.pad", List.of(input, sides, mode, value), Map.of());
  }

  private Object fused(FusedModule fused, String path, List<Object> args, Node origin) {
    Object value = args.get(0);
    boolean first = true;
    for (String child : fused.children().keySet()) {
      value = module(path + "." + child, List.of(value), Map.of(), origin);
      if (first && fused.kind().addsInput()) {
        value = function("torch.add", List.of(value, args.get(1)), Map.of());
      }
      first = false;
    }
    return value;
  }

  private Object inlined(
      GraphModule inner, String prefix, List<Object> args, Map<String, Object> kwargs) {
    Map<Node, Object> values = new LinkedHashMap<>();
    int position = 0;
    for (Node n : inner.graph()) {
      if (n.isPlaceholder()) {
        Object named = kwargs.get(n.target());
        Object given = position < args.size() ? args.get(position) : named;
        values.put(n, given == null ? n.arg(0) : given);
        position++;
      } else if (n.isOutput()) {
        return Arguments.map(n.arg(0), v -> Objects.requireNonNull(values.get(v)));
      } else {
        values.put(n, copy(n, prefix, values));
      }
    }
    throw new AutogradException(
        "Cannot differentiate graph " + prefix + ": it has no output, expected one");
  }
}
