package io.octant.quantization.prepare;

import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.QRange;
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
    if (QuantizedAlready.isValue(source)) {
      return keepParameters(node, source, inputs);
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
      if (ObserverNodes.isObserver(model, user)) {
        model.setModule(user.target(), shared);
      }
    }
    return true;
  }

  /** Lets the observers of a node's output hand on the parameters of an input that has them. */
  private boolean keepParameters(Node node, Node source, List<Node> inputs) {
    QuantizedAlready.Parameters known = QuantizedAlready.parameters(model, source);
    if (known == null || inputs.stream().anyMatch(in -> !hasParameters(in, known))) {
      return true; // the output keeps an observer of its own
    }
    QRange range = QRange.of(known.dtype());
    Module fixed =
        ObserverSpec.of(ObserverSpec.TORCH + "FixedQParamsObserver")
            .with("scale", known.qparams().scale())
            .with("zero_point", (int) known.qparams().zeroPoint())
            .with("dtype", known.dtype())
            .with("quant_min", range.min())
            .with("quant_max", range.max())
            .create();
    for (Node user : node.users()) {
      if (ObserverNodes.isObserver(model, user)) {
        model.setModule(user.target(), fixed);
      }
    }
    return true;
  }

  private boolean hasParameters(Node value, QuantizedAlready.Parameters known) {
    return QuantizedAlready.isValue(value)
        && known.equals(QuantizedAlready.parameters(model, value));
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
    while (!ObserverNodes.isObserver(model, node) && !QuantizedAlready.isValue(node)) {
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
      if (QuantizedAlready.isValue(node)
          || node.args().isEmpty()
          || !(node.arg(0) instanceof Node up)) {
        return null;
      }
      node = up;
    }
    return node;
  }
}
