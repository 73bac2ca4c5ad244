package io.octant.shape;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.Arguments;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.MethodType;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import io.octant.graph.Tuple;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.TorchFixtures;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A call of a function, or of a method with a leading dot. */
record RecordedCall(String name, List<Object> args, Map<String, Object> kwargs) {
  static RecordedCall of(TorchFixtures fixtures, JsonNode json) {
    return new RecordedCall(
        json.get("name").asText(),
        fixtures.list(json.get("args")),
        fixtures.map(json.path("kwargs")));
  }

  static RecordedCall of(String name, Object... args) {
    return new RecordedCall(name, List.of(args), Map.of());
  }

  TargetType type() {
    return name.startsWith(".") ? new MethodType(name.substring(1)) : FunctionType.of(name);
  }

  OperatorRow row() {
    return Objects.requireNonNull(Operators.standard().find(type()), name);
  }

  Object run() {
    return name.startsWith(".")
        ? ReferenceOperators.standard().callMethod(name.substring(1), args, kwargs)
        : ReferenceOperators.standard().callFunction(FunctionType.of(name), args, kwargs);
  }

  List<Tensor> tensors() {
    return Arguments.all(List.of(args, List.copyOf(kwargs.values())), Tensor.class).stream()
        .distinct()
        .toList();
  }

  /**
   * A graph of the call that takes some of its tensors, an axis of each brought to the front, and
   * returns every tensor of the result.
   */
  GraphModule model(List<Tensor> inputs, int axis, Object result) {
    Graph graph = new Graph();
    GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
    Map<Tensor, Node> nodes = new IdentityHashMap<>();
    List<Node> placeholders = new ArrayList<>();
    inputs.forEach(t -> placeholders.add(graph.placeholder("x" + placeholders.size())));
    for (int i = 0; i < inputs.size(); i++) {
      Node x = placeholders.get(i);
      nodes.put(inputs.get(i), axis == 0 ? x : transposed(graph, x, axis));
    }
    List<Object> in = new ArrayList<>();
    args.forEach(a -> in.add(replaced(a, nodes, model)));
    Map<String, Object> keywords = new LinkedHashMap<>();
    kwargs.forEach((k, v) -> keywords.put(k, replaced(v, nodes, model)));
    Node call =
        name.startsWith(".")
            ? graph.callMethod(name.substring(1), in, keywords)
            : graph.callFunction(FunctionType.of(name), in, keywords);
    List<Object> leaves = new ArrayList<>();
    addLeaves(graph, call, result, leaves);
    graph.output(new Tuple(leaves));
    return model;
  }

  private static Node transposed(Graph graph, Node x, int axis) {
    return graph.callFunction(
        FunctionType.of("torch.transpose"), List.of(x, 0L, (long) axis), Map.of());
  }

  private static void addLeaves(Graph graph, Node node, Object result, List<Object> into) {
    List<?> items =
        result instanceof Tuple t ? t.items() : result instanceof List<?> l ? l : List.of();
    if (result instanceof Tensor) {
      into.add(node);
    }
    for (int i = 0; i < items.size(); i++) {
      Node item =
          graph.callFunction(
              FunctionType.of("operator.getitem"), List.of(node, (long) i), Map.of());
      addLeaves(graph, item, items.get(i), into);
    }
  }

  private static Object replaced(Object value, Map<Tensor, Node> nodes, GraphModule model) {
    return Arguments.map(
        value,
        Tensor.class,
        t ->
            nodes.computeIfAbsent(
                t,
                c -> {
                  String attribute = "c" + nodes.size();
                  model.setBuffer(attribute, c);
                  return model.graph().getAttr(attribute);
                }));
  }

  @Override
  public String toString() {
    return name + args + kwargs;
  }
}
