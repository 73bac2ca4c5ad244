package io.octant.autograd;

import io.octant.graph.Arguments;
import io.octant.graph.Node;
import io.octant.reference.binding.NamedValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call that is being differentiated: what a rule reads of the forward graph, and where it gives
 * gradients. Everything that is read becomes an output of the forward graph and an input of the
 * backward one.
 */
final class Derivation {
  private final BackwardGraph graph;
  private final Node node;
  private final Call call;
  private final Set<Integer> itemsRead = new HashSet<>();

  Derivation(BackwardGraph graph, Node node, Call call) {
    this.graph = graph;
    this.node = node;
    this.call = call;
  }

  /** The arguments by name: constants, nodes of the forward graph, attributes of the module. */
  NamedValues arguments() {
    return call.arguments();
  }

  /** The name that is called: a function, or a method with a leading dot. */
  String function() {
    return call.function();
  }

  /** Whether an argument, or one of its items, needs a gradient. */
  boolean wants(String name) {
    return call.arguments().has(name) && graph.isActive(call.arguments().value(name));
  }

  /** Whether a value of the forward graph needs a gradient. */
  boolean needs(Object value) {
    return graph.isActive(value);
  }

  /** The items of the result that have a gradient, in order. */
  Iterable<Integer> itemsWithGradient() {
    return graph.itemsWithGradient(node);
  }

  /** An argument as the backward graph has it. */
  Object arg(String name) {
    return graph.saved(call.arguments().value(name), node);
  }

  /** The shape of a tensor argument. */
  Node shape(String name) {
    return graph.shape(call.arguments().value(name), node);
  }

  /** The shapes of a list of tensors. */
  List<Object> shapes(String name) {
    List<Object> out = new ArrayList<>();
    for (Object item : call.arguments().items(name)) {
      out.add(graph.shape(item, node));
    }
    return out;
  }

  /** The result of the call. */
  Node result() {
    return (Node) graph.saved(node, node);
  }

  /** The result's item of a call that returns a tuple. */
  Node resultItem(int index) {
    return graph.savedItem(node, index);
  }

  /** The gradient of the result. */
  Node grad() {
    return graph.gradient(node);
  }

  /** The gradient of an item of the result; null if nothing depends on it. */
  @Nullable Node grad(int index) {
    itemsRead.add(index);
    return graph.gradient(node, index);
  }

  /** Refuses a gradient of an item that the rule has not read, one counted from the end say. */
  void requireItemsRead() {
    for (int index : graph.itemsWithGradient(node)) {
      if (!itemsRead.contains(index)) {
        throw refused("item " + index + " of its result has no derivative, expected another");
      }
    }
  }

  /** Adds a call of a function to the backward graph. */
  Node call(String function, Object... args) {
    return graph.call(function, List.of(args), Map.of());
  }

  /** Adds a call of a function with keyword arguments to the backward graph. */
  Node call(String function, List<?> args, Map<String, ?> kwargs) {
    return graph.call(function, args, kwargs);
  }

  /** Adds the item of a tuple to the backward graph. */
  Node item(Node tuple, int index) {
    return call("operator.getitem", tuple, (long) index);
  }

  /** The call itself in the backward graph, one of its arguments replaced. */
  Node again(String name, Object value) {
    Object forward = call.arguments().value(name);
    if (!call.given().isEmpty()) {
      Map<String, Object> given = new LinkedHashMap<>();
      call.given().forEach((k, v) -> given.put(k, k.equals(name) ? value : graph.saved(v, node)));
      return graph.call(call.function(), List.of(), given);
    }
    java.util.function.Function<Node, Object> in = n -> n == forward ? value : graph.saved(n, node);
    return graph.copy(
        node,
        node.args().stream().map(a -> Arguments.map(a, in)).toList(),
        Arguments.mapValues(node.kwargs(), Node.class, in));
  }

  /** Adds to the gradient of an argument, if it needs one. */
  void give(String name, Node gradient) {
    give(call.arguments().value(name), gradient);
  }

  /** Adds to the gradient of a node of the forward graph or an attribute, if it needs one. */
  void give(Object argument, Node gradient) {
    if (graph.isActive(argument)) {
      graph.add(argument, gradient);
    }
  }

  /** Gives what was broadcast to the result's shape, summed. */
  void giveSummed(String name, Node gradient) {
    if (wants(name)) {
      give(name, call("octant.gradient.sum_to", gradient, shape(name)));
    }
  }

  /** Gives the items of a tuple of gradients to arguments in order. */
  void giveItems(Node tuple, String... names) {
    for (int i = 0; i < names.length; i++) {
      if (wants(names[i])) {
        give(names[i], item(tuple, i));
      }
    }
  }

  /** The failure of a call that has no derivative. */
  AutogradException refused(String reason) {
    return new AutogradException(
        "Cannot differentiate node " + node.described() + ", " + call.row().name() + ": " + reason);
  }
}
