package io.octant.kernels.plan;

import io.octant.autograd.Differentiated;
import io.octant.graph.Arguments;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.NodeScope;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The two graphs of a derivative as one: inputs, gradients of outputs, the forward nodes, the
 * backward nodes; what the forward graph saves is read where it is.
 *
 * @param model the graph over a copy of the model's modules, which may be run to learn shapes
 * @param backward the nodes of the backward graph
 */
record JointGraph(GraphModule model, Set<Node> backward) {
  static JointGraph of(Differentiated of) {
    Graph joint = new Graph();
    Map<Node, Object> values = new HashMap<>();
    Graph forward = of.forward().graph();
    Graph backward = of.backward().graph();
    for (Node p : forward.placeholders()) {
      values.put(p, joint.placeholder(p.target()));
    }
    List<Node> given = backward.placeholders();
    int tangents = of.outputs().size();
    for (Node p : given.subList(0, tangents)) {
      values.put(p, joint.placeholder(p.target()));
    }
    for (Node n : forward) {
      if (!n.isPlaceholder() && !n.isOutput()) {
        values.put(n, copy(joint, n, values));
      }
    }
    List<?> all = ((Tuple) forward.outputNode().arg(0)).items();
    for (int i = tangents; i < given.size(); i++) {
      values.put(given.get(i), resolved(all.get(i - tangents + 1), values));
    }
    Set<Node> made = new HashSet<>();
    for (Node n : backward) {
      if (!n.isPlaceholder() && !n.isOutput()) {
        Node copied = copy(joint, n, values);
        values.put(n, copied);
        made.add(copied);
      }
    }
    List<Object> results = new ArrayList<>();
    results.add(resolved(all.get(0), values));
    results.add(resolved(backward.outputNode().arg(0), values));
    joint.create(
        new Operation.Output(), List.of(new Tuple(results)), Map.of(), "output", NodeScope.ROOT);
    GraphModule model = of.forward().copyGraphModule();
    model.setGraph(joint);
    return new JointGraph(model.lint(), made);
  }

  private static Object resolved(Object value, Map<Node, Object> values) {
    return Arguments.map(value, n -> Objects.requireNonNull(values.get(n)));
  }

  private static Node copy(Graph joint, Node n, Map<Node, Object> values) {
    List<Object> args = n.args().stream().map(a -> resolved(a, values)).toList();
    Map<String, Object> kwargs =
        Arguments.mapValues(n.kwargs(), Node.class, v -> Objects.requireNonNull(values.get(v)));
    return joint.create(n.operation(), args, kwargs, n.name(), n.scope());
  }
}
