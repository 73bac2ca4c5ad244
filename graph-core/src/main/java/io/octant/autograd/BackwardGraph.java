package io.octant.autograd;

import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.Node;
import io.octant.graph.NodeScope;
import io.octant.graph.None;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The backward graph in the making. Gradients of the outputs are its first inputs; values of the
 * forward graph become inputs when a rule asks for them.
 */
final class BackwardGraph {
  private final Graph forward;
  private final Set<Node> active;
  private final Map<String, String> trainable;
  private final Graph graph = new Graph();
  private final Map<Node, Node> saved = new LinkedHashMap<>();
  private final Map<Object, Node> shapes = new HashMap<>();
  private final Map<List<Object>, Node> attributes = new HashMap<>();
  private final Map<Node, Map<Integer, Node>> items = new IdentityHashMap<>();
  private final Map<Node, Node> gradients = new IdentityHashMap<>();
  private final Map<Node, Map<Integer, Node>> itemGradients = new IdentityHashMap<>();
  private final Map<String, Node> parameterGradients = new HashMap<>();
  private @Nullable Node lastInput;

  /**
   * @param active nodes of the forward graph that need gradients
   * @param trainable the name of each parameter that needs a gradient, by every path to it
   */
  BackwardGraph(Graph forward, Set<Node> active, Map<String, String> trainable) {
    this.forward = forward;
    this.active = active;
    this.trainable = trainable;
  }

  /** Adds an input for the gradient of an output of the forward graph. */
  void addTangent(Node output) {
    Node input = input("grad_" + output.name());
    add(output, input);
  }

  private Node input(String wanted) {
    String name = graph.find(wanted) == null ? wanted : wanted + "_of_forward";
    Node created;
    if (lastInput == null) {
      created = graph.placeholder(name);
    } else {
      try (Graph.InsertionPoint at = graph.insertingAfter(lastInput)) {
        created = graph.placeholder(name);
      }
    }
    lastInput = created;
    return created;
  }

  // ---- values of the forward graph

  boolean isActive(Object value) {
    if (value instanceof Attribute a) {
      return trainable.containsKey(a.path());
    }
    return Arguments.all(value, Node.class).stream().anyMatch(active::contains);
  }

  /** A value with the forward graph's nodes replaced by inputs of this graph. */
  Object saved(Object value, Node reader) {
    if (value instanceof Attribute a) {
      return saved(attribute(a, reader));
    }
    return Arguments.map(value, this::saved);
  }

  private Node saved(Node node) {
    return saved.computeIfAbsent(node, n -> input(n.name()));
  }

  private Node attribute(Attribute a, Node reader) {
    return attributes.computeIfAbsent(
        List.of(a, reader),
        missing -> {
          try (Graph.InsertionPoint at =
              a.after() ? forward.insertingAfter(reader) : forward.insertingBefore(reader)) {
            return forward.getAttr(a.path());
          }
        });
  }

  Node shape(Object value, Node reader) {
    Node known = shapes.get(value);
    if (known == null) {
      Node of = value instanceof Attribute a ? attribute(a, reader) : (Node) value;
      try (Graph.InsertionPoint at = forward.insertingBefore(reader)) {
        known = forward.callMethod("size", of);
      }
      shapes.put(value, known);
    }
    return saved(known);
  }

  Node savedItem(Node tuple, int index) {
    Map<Integer, Node> known = items.computeIfAbsent(tuple, t -> new HashMap<>());
    Node item = known.get(index);
    if (item == null) {
      try (Graph.InsertionPoint at = forward.insertingAfter(tuple)) {
        item = forward.callFunction(FunctionType.of("operator.getitem"), tuple, (long) index);
      }
      known.put(index, item);
    }
    return saved(item);
  }

  // ---- nodes of this graph

  Node call(String function, List<?> args, Map<String, ?> kwargs) {
    return function.startsWith(".")
        ? graph.callMethod(function.substring(1), args, kwargs)
        : graph.callFunction(FunctionType.of(function), args, kwargs);
  }

  Node copy(Node of, List<?> args, Map<String, ?> kwargs) {
    return graph.create(of.operation(), args, kwargs, of.name(), of.scope());
  }

  // ---- gradients

  boolean hasGradient(Node node) {
    return gradients.containsKey(node) || itemGradients.containsKey(node);
  }

  Node gradient(Node node) {
    Node found = gradients.get(node);
    if (found == null) {
      throw new AutogradException(
          "Cannot differentiate node "
              + node.described()
              + ": only items of its result have gradients, expected a tensor");
    }
    return found;
  }

  @Nullable Node gradient(Node node, int index) {
    return itemGradients.getOrDefault(node, Map.of()).get(index);
  }

  Iterable<Integer> itemsWithGradient(Node node) {
    return new TreeSet<>(itemGradients.getOrDefault(node, Map.of()).keySet());
  }

  void add(Object argument, Node gradient) {
    if (argument instanceof Attribute a) {
      addParameter(a.path(), gradient);
      return;
    }
    gradients.merge((Node) argument, gradient, this::sum);
  }

  void addItem(Node tuple, int index, Node gradient) {
    itemGradients.computeIfAbsent(tuple, t -> new HashMap<>()).merge(index, gradient, this::sum);
  }

  /** Notes that a tuple has gradients, be it within its items only. */
  void expectItems(Node tuple) {
    itemGradients.computeIfAbsent(tuple, t -> new HashMap<>());
  }

  void addParameter(String path, Node gradient) {
    String name = trainable.get(path);
    if (name != null) {
      parameterGradients.merge(name, gradient, this::sum);
    }
  }

  private Node sum(Node a, Node b) {
    return call("torch.add", List.of(a, b), Map.of());
  }

  // ---- the end

  /** Makes the saved values the forward graph's further outputs. */
  void finishForward() {
    Node output = forward.outputNode();
    List<Object> all = new ArrayList<>();
    all.add(output.arg(0));
    all.addAll(saved.keySet());
    output.setArgs(List.of(new Tuple(all)));
  }

  /** Adds the output: the gradients of parameters and inputs in order, None where there is none. */
  Graph finish(List<String> parameters, List<Node> inputs) {
    List<Object> all = new ArrayList<>();
    for (String name : parameters) {
      Node found = parameterGradients.get(name);
      all.add(found == null ? None.NONE : found);
    }
    for (Node input : inputs) {
      Node found = gradients.get(input);
      all.add(found == null ? None.NONE : found);
    }
    graph.create(
        new Operation.Output(), List.of(new Tuple(all)), Map.of(), "output", NodeScope.ROOT);
    return graph;
  }
}
