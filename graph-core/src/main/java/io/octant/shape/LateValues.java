package io.octant.shape;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.operator.ShapeRule;
import java.util.HashSet;
import java.util.Set;

/**
 * The nodes of a graph whose shapes are known when it runs only: those of operators whose result's
 * shape depends on the content of computed tensors (positions that are not zero, an element as a
 * number), and all that is computed from them. Engines do not follow their shapes and compute them
 * on the reference kernels; they are never observed.
 */
public final class LateValues {
  /** The setting by which a module says that the shape of its result depends on content. */
  public static final String SETTING = "late";

  private final Set<Node> nodes;

  private LateValues(Set<Node> nodes) {
    this.nodes = nodes;
  }

  /** Those of a graph, which must not be edited meanwhile. */
  public static LateValues of(GraphModule model) {
    Set<Node> computed = new HashSet<>();
    Set<Node> late = new HashSet<>();
    for (Node n : model.graph()) {
      boolean fromData = n.isPlaceholder() || n.inputs().stream().anyMatch(computed::contains);
      boolean asksForShape = n.callsMethod("size") || n.callsMethod("dim");
      if (fromData && !asksForShape) {
        computed.add(n);
      }
      boolean follows = n.inputs().stream().anyMatch(late::contains);
      if (!n.isOutput() && (follows || (fromData && isSource(model, n)))) {
        late.add(n);
        computed.add(n);
      }
    }
    return new LateValues(late);
  }

  private static boolean isSource(GraphModule model, Node node) {
    TargetType type = model.typeOf(node);
    OperatorRow row = type == null ? null : Operators.standard().find(type);
    return (row != null && row.shape() == ShapeRule.LATE)
        || (node.operation() instanceof Operation.CallModule
            && Boolean.TRUE.equals(model.moduleOf(node).hyperparameters().get(SETTING)));
  }

  /** Whether the shape of a node's value is known when the graph runs only. */
  public boolean contains(Node node) {
    return nodes.contains(node);
  }
}
