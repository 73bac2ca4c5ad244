package io.octant.quantization.prepare;

import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the observers around a node one: concatenation and pooling hand integers through, so their
 * inputs and output must have the same parameters. Paths stay; the module behind them becomes the
 * first input's.
 */
final class ObserverSharing {
  private final GraphModule model;

  ObserverSharing(GraphModule model) {
    this.model = model;
  }

  /**
   * Replaces the observers of the other inputs and of the output by that of the first input.
   *
   * @return false if no observer is found upstream; nothing that is the output's was changed then
   */
  boolean shareInputObserver(Node node) {
    Object first = firstContainerOrNode(node);
    List<Node> inputs = first == null ? List.of() : Arguments.all(first, Node.class);
    if (inputs.isEmpty()) {
      return false;
    }
    Node source = observerBehindFirstInputs(inputs.get(0));
    if (source == null) {
      return false;
    }
    Module shared = model.moduleOf(source);
    if (!(first instanceof Node)) {
      for (Node input : inputs.subList(1, inputs.size())) {
        Node other = observerBehind(input);
        if (other == null) {
          return false;
        }
        model.setModule(other.target(), shared);
      }
    }
    for (Node user : node.users()) {
      model.setModule(user.target(), shared);
    }
    return true;
  }

  /** Takes away the observer of a node's output; its name stays taken until prepare is done. */
  void removeOutputObserver(Node node) {
    for (Node observer : List.copyOf(node.users())) {
      observer.replaceAllUsesWith(node);
      model.graph().erase(observer);
    }
  }

  private static @Nullable Object firstContainerOrNode(Node node) {
    for (Object argument : node.args()) {
      if (argument instanceof Node || argument instanceof List<?> || argument instanceof Tuple) {
        return argument;
      }
    }
    return null;
  }

  /** Walks up the first node arguments to an observer; null if a graph input comes first. */
  private @Nullable Node observerBehindFirstInputs(Node start) {
    Node node = start;
    while (!ObserverNodes.isObserver(model, node)) {
      Node up = null;
      for (Object argument : node.args()) {
        if (argument instanceof Node n) {
          up = n;
          break;
        }
      }
      if (up == null || node.isPlaceholder()) {
        return null;
      }
      node = up;
    }
    return node;
  }

  private @Nullable Node observerBehind(Node start) {
    Node node = start;
    while (!ObserverNodes.isObserver(model, node)) {
      if (node.args().isEmpty() || !(node.arg(0) instanceof Node up)) {
        return null;
      }
      node = up;
    }
    return node;
  }
}
