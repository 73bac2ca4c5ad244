package io.octant.quantization.convert;

import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.OperatorTable;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds and evaluates what in a graph does not depend on its inputs. */
final class ConstantNodes {
  private final GraphModule model;
  private final OperatorTable operators;
  private final Map<Node, Object> values = new IdentityHashMap<>();

  ConstantNodes(GraphModule model, OperatorTable operators) {
    this.model = model;
    this.operators = operators;
  }

  /** A node and all that it is computed from; empty if a graph input is among it. */
  static Optional<Set<Node>> producers(Node node) {
    Set<Node> out = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    return collect(node, out) ? Optional.of(out) : Optional.empty();
  }

  private static boolean collect(Node node, Set<Node> into) {
    if (node.isPlaceholder()) {
      return false;
    }
    return !into.add(node) || node.inputs().stream().allMatch(in -> collect(in, into));
  }

  /** The value of a node without graph inputs among its producers. */
  Object evaluate(Node node) {
    Object known = values.get(node);
    if (known != null) {
      return known;
    }
    List<Object> args = node.args().stream().map(a -> Arguments.map(a, this::evaluate)).toList();
    Map<String, Object> kwargs = new LinkedHashMap<>();
    node.kwargs().forEach((k, v) -> kwargs.put(k, Arguments.map(v, this::evaluate)));
    Object value = apply(node.operation(), args, kwargs);
    values.put(node, value);
    return value;
  }

  private Object apply(Operation operation, List<Object> args, Map<String, Object> kwargs) {
    if (operation instanceof Operation.GetAttr g) {
      return model.attribute(g.target());
    }
    if (operation instanceof Operation.CallFunction f) {
      return operators.callFunction(f.function(), args, kwargs);
    }
    if (operation instanceof Operation.CallMethod m) {
      return operators.callMethod(m.target(), args, kwargs);
    }
    return model.module(operation.target()).evaluate(args, kwargs);
  }
}
