package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares graphs node for node: names, opcodes, targets and argument structure exactly; float
 * literals to 1e-5.
 */
final class GraphComparison {
  private final GoldenValues values;

  GraphComparison(GoldenValues values) {
    this.values = values;
  }

  /**
   * Compares a graph with a node list.
   *
   * @throws Difference at the first difference
   */
  void compareNodes(String stage, JsonNode expected, GraphModule actual) {
    List<Node> nodes = actual.graph().nodes();
    for (int i = 0; i < Math.max(expected.size(), nodes.size()); i++) {
      if (i >= nodes.size()) {
        throw new Difference(
            stage + " node " + i, describe(expected.get(i)), "the end of the graph");
      }
      if (i >= expected.size()) {
        throw new Difference(stage + " node " + i, "the end of the graph", describe(nodes.get(i)));
      }
      compareNode(stage, i, expected.get(i), nodes.get(i));
    }
  }

  private void compareNode(String stage, int index, JsonNode expected, Node actual) {
    Object args = values.decode(expected.get("args"));
    Map<String, Object> kwargs = kwargs(expected);
    boolean same =
        expected.get("name").asText().equals(actual.name())
            && expected.get("op").asText().equals(actual.operation().opcode())
            && expected.get("target").asText().equals(actual.target())
            && sameValue(args, references(actual.args()))
            && sameValue(kwargs, references(actual.kwargs()));
    if (!same) {
      throw new Difference(stage + " node " + index, describe(expected), describe(actual));
    }
  }

  private Map<String, Object> kwargs(JsonNode expected) {
    Map<String, Object> out = new LinkedHashMap<>();
    JsonNode kwargs = expected.path("kwargs");
    kwargs.fields().forEachRemaining(f -> out.put(f.getKey(), values.decode(f.getValue())));
    return out;
  }

  private String describe(JsonNode n) {
    return n.get("name").asText()
        + " = "
        + n.get("op").asText()
        + " "
        + n.get("target").asText()
        + values.decode(n.get("args"))
        + kwargs(n);
  }

  private static String describe(Node n) {
    return n.name()
        + " = "
        + n.operation().opcode()
        + " "
        + n.target()
        + references(n.args())
        + references(n.kwargs());
  }

  /** Nodes as references by name, so that a live value and a document value compare. */
  private static Object references(Object value) {
    if (value instanceof Node n) {
      return new GoldenValues.NodeRef(n.name());
    }
    if (value instanceof List<?> l) {
      return l.stream().map(GraphComparison::references).toList();
    }
    if (value instanceof Tuple t) {
      return new Tuple(t.items().stream().map(GraphComparison::references).toList());
    }
    if (value instanceof Map<?, ?> m) {
      Map<Object, Object> out = new LinkedHashMap<>();
      m.forEach((k, v) -> out.put(k, references(v)));
      return out;
    }
    if (value instanceof Slice s) {
      return new Slice(references(s.start()), references(s.stop()), references(s.step()));
    }
    return value;
  }

  /** Structural equality; floats to 1e-5 relative. */
  static boolean sameValue(Object expected, Object actual) {
    if (expected instanceof Double e && actual instanceof Double a) {
      return e.equals(a) || Math.abs(e - a) <= 1e-5 * Math.abs(e);
    }
    if (expected instanceof List<?> e && actual instanceof List<?> a) {
      return sameItems(e, a);
    }
    if (expected instanceof Tuple e && actual instanceof Tuple a) {
      return sameItems(e.items(), a.items());
    }
    if (expected instanceof Map<?, ?> e && actual instanceof Map<?, ?> a) {
      return sameItems(new ArrayList<>(e.keySet()), new ArrayList<>(a.keySet()))
          && sameItems(new ArrayList<>(e.values()), new ArrayList<>(a.values()));
    }
    return expected.equals(actual);
  }

  private static boolean sameItems(List<?> expected, List<?> actual) {
    if (expected.size() != actual.size()) {
      return false;
    }
    for (int i = 0; i < expected.size(); i++) {
      if (!sameValue(expected.get(i), actual.get(i))) {
        return false;
      }
    }
    return true;
  }
}
