package io.octant.pipeline.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row for every node, in order of execution: what became of it ({@code nodes} of result.json) and
 * what was measured of its output ({@code layers}). They meet by the ONNX node. A fused layer is
 * one row under the names of all its nodes.
 */
final class NodeTable {
  private final List<ObjectNode> rows = new ArrayList<>();
  private final Map<String, Integer> tensors = new HashMap<>();
  private final Set<String> floatInFile = new HashSet<>();

  private NodeTable(JsonNode result, ArrayNode tensorTable) {
    for (int i = 0; i < tensorTable.size(); i++) {
      tensors.putIfAbsent(tensorTable.get(i).path("name").asText(), i);
    }
    result.path("nodes").path("floatInFile").forEach(n -> floatInFile.add(n.asText()));
  }

  static ArrayNode of(JsonNode result, ArrayNode tensorTable) {
    NodeTable table = new NodeTable(result, tensorTable);
    table.fill(lines(result.path("nodes")), result.path("layers").path("values"));
    ArrayNode out = JsonNodeFactory.instance.arrayNode();
    for (ObjectNode row : table.rows) {
      out.add(row.put("at", out.size() + 1));
    }
    return out;
  }

  /** A line of {@code nodes}, and whether it is of an int8 node. */
  private record Line(JsonNode json, String outcome) {
    String node() {
      return json.path("node").asText();
    }

    String source() {
      return json.path("source").asText();
    }
  }

  private static List<Line> lines(JsonNode nodes) {
    List<Line> lines = new ArrayList<>();
    nodes.path("quantized").forEach(n -> lines.add(new Line(n, "int8")));
    nodes.path("float").forEach(n -> lines.add(new Line(n, "float")));
    lines.sort(Comparator.comparingInt(l -> l.json().path("position").asInt(Integer.MAX_VALUE)));
    return lines;
  }

  private void fill(List<Line> lines, JsonNode values) {
    Map<String, Line> bySource = new HashMap<>();
    for (Line line : lines) {
      bySource.put(line.source().isEmpty() ? line.node() : line.source(), line);
    }
    Set<Line> used = new LinkedHashSet<>();
    Map<String, List<JsonNode>> within = new HashMap<>();
    for (JsonNode value : values) {
      if (value.path("endsIn").isTextual()) {
        within.computeIfAbsent(value.path("endsIn").asText(), k -> new ArrayList<>()).add(value);
        continue;
      }
      List<JsonNode> layer =
          new ArrayList<>(within.getOrDefault(value.path("node").asText(), List.of()));
      layer.add(value);
      Line line = null;
      for (JsonNode part : layer) {
        String source = part.path("source").asText();
        Line found = bySource.get(source.isEmpty() ? part.path("node").asText() : source);
        line = line == null ? found : line;
      }
      if (line != null) {
        used.add(line);
      }
      rows.add(row(layer, value, line));
    }
    for (Line line : lines) {
      if (!used.contains(line)) {
        rows.add(row(List.of(line.json()), null, line));
      }
    }
  }

  private ObjectNode row(List<JsonNode> layer, @Nullable JsonNode value, @Nullable Line line) {
    List<String> names = layer.stream().map(n -> n.path("node").asText()).toList();
    List<String> sources =
        layer.stream().map(n -> n.path("source").asText()).filter(s -> !s.isEmpty()).toList();
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    row.put("node", String.join(" + ", names)).put("source", String.join(" + ", sources));
    JsonNode measured = value == null ? JsonNodeFactory.instance.objectNode() : value;
    String operator = measured.path("operator").asText();
    row.put("op", line == null ? operator : line.json().path("operator").asText(operator));
    boolean hasGrid = measured.path("scale").isNumber();
    row.put("outcome", line != null ? line.outcome() : hasGrid ? "int8" : "float");
    row.put("reason", reason(line, measured, operator.equals("input")));
    copy(measured, "sqnrDb", row, "sqnr");
    row.put("equal", measured.path("equal").asBoolean());
    for (String field : List.of("saturated", "scale", "zeroPoint", "dtype", "elements")) {
      copy(measured, field, row, field);
    }
    List<String> observed = new ArrayList<>(names);
    if (line != null) {
      observed.add(line.node());
    }
    observed.stream()
        .map(tensors::get)
        .filter(i -> i != null)
        .findFirst()
        .ifPresent(i -> row.put("tensor", i));
    return row;
  }

  private String reason(@Nullable Line line, JsonNode measured, boolean input) {
    List<String> reasons = new ArrayList<>();
    if (line != null) {
      reasons.add(line.json().path("reason").asText());
      if (floatInFile.contains(line.node())) {
        reasons.add("float in the written model");
      }
    } else if (input) {
      reasons.add("input of the model");
    }
    if (measured.path("notCompared") instanceof TextNode why) {
      reasons.add("not compared: " + why.asText());
    }
    return String.join("; ", reasons);
  }

  private static void copy(JsonNode from, String field, ObjectNode to, String as) {
    JsonNode value = from.path(field);
    if (!value.isMissingNode()) {
      to.set(as, value);
    }
  }
}
