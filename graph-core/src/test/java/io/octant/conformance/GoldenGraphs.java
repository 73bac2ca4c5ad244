package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.Container;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.NodeScope;
import io.octant.graph.Operation;
import io.octant.nn.factory.ModuleFactories;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds the float graph of a case: nodes, module tree and parameters. */
final class GoldenGraphs {
  private final GoldenValues values;

  GoldenGraphs(GoldenValues values) {
    this.values = values;
  }

  /**
   * A graph module from a stage document with {@code nodes}, {@code modules} and maybe {@code
   * node_name_to_scope}.
   */
  GraphModule build(JsonNode stage) {
    GraphModule root =
        new GraphModule(
            graph(stage.get("nodes"), stage.path("node_name_to_scope")),
            ReferenceOperators.standard());
    stage
        .get("modules")
        .fields()
        .forEachRemaining(
            e -> {
              if (e.getKey().isEmpty()) {
                addState(root, e.getValue());
              } else {
                root.setModule(e.getKey(), module(root, e.getValue()));
              }
            });
    return root;
  }

  private Graph graph(JsonNode nodes, JsonNode scopes) {
    Graph graph = new Graph();
    for (JsonNode n : nodes) {
      JsonNode scope = scopes.path(n.get("name").asText());
      graph.create(
          operation(n),
          (List<?>) values.decode(n.get("args"), graph::node),
          kwargs(n, graph),
          n.get("name").asText(),
          scope.isMissingNode() || scope.get(1).isNull() && scope.get(0).asText().isEmpty()
              ? NodeScope.ROOT
              : new NodeScope(
                  scope.get(0).asText(),
                  scope.get(1).isNull() ? null : new ModuleType(scope.get(1).asText()),
                  ""));
    }
    return graph;
  }

  private Map<String, Object> kwargs(JsonNode node, Graph graph) {
    Map<String, Object> out = new LinkedHashMap<>();
    node.path("kwargs")
        .fields()
        .forEachRemaining(f -> out.put(f.getKey(), values.decode(f.getValue(), graph::node)));
    return out;
  }

  private static Operation operation(JsonNode n) {
    String target = n.get("target").asText();
    return switch (n.get("op").asText()) {
      case "placeholder" -> new Operation.Placeholder(target);
      case "get_attr" -> new Operation.GetAttr(target);
      case "call_function" -> new Operation.CallFunction(FunctionType.of(target));
      case "call_method" -> new Operation.CallMethod(target);
      case "call_module" -> new Operation.CallModule(target);
      case "output" -> new Operation.Output();
      default -> throw new Difference("Cannot build node: unknown opcode " + n);
    };
  }

  private Module module(Module root, JsonNode entry) {
    if (entry.has("same_as")) {
      return root.module(entry.get("same_as").asText());
    }
    String type = entry.get("type").asText();
    if (entry.has("graph")) {
      return new GraphModule(
          graph(entry.get("graph"), entry.path("node_name_to_scope")),
          ReferenceOperators.standard(),
          new ModuleType(type));
    }
    if (type.equals("torch.nn.Module") || type.startsWith("user.")) {
      Container container = new Container(new ModuleType(type));
      addState(container, entry);
      return container;
    }
    Map<String, Object> hyper = new LinkedHashMap<>();
    entry
        .path("hyper")
        .fields()
        .forEachRemaining(h -> hyper.put(h.getKey(), values.decode(h.getValue())));
    Module made =
        ModuleFactories.create(
            ModuleFactories.all(),
            type,
            hyper,
            tensors(entry.path("params")),
            tensors(entry.path("buffers")));
    entry
        .path("attrs")
        .fields()
        .forEachRemaining(a -> made.setAttribute(a.getKey(), values.decode(a.getValue())));
    return made;
  }

  private void addState(Module module, JsonNode entry) {
    tensors(entry.path("params")).forEach(module::setParameter);
    tensors(entry.path("buffers")).forEach(module::setBuffer);
    entry
        .path("attrs")
        .fields()
        .forEachRemaining(a -> module.setAttribute(a.getKey(), values.decode(a.getValue())));
  }

  private Map<String, Tensor> tensors(JsonNode names) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    names.fields().forEachRemaining(f -> out.put(f.getKey(), values.tensor(f.getValue().asText())));
    return out;
  }
}
