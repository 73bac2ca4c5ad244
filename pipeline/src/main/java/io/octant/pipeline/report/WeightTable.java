package io.octant.pipeline.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What the integers of each quantized weight stand for, channel by channel. */
final class WeightTable {
  private WeightTable() {}

  static ArrayNode of(ReportSource source) {
    ArrayNode table = JsonNodeFactory.instance.arrayNode();
    source.qparams().ifPresent(q -> q.path("weights").forEach(weight -> table.add(line(weight))));
    return table;
  }

  private static ObjectNode line(JsonNode weight) {
    String name = weight.path("module").asText() + "." + weight.path("weight").asText();
    ObjectNode line = JsonNodeFactory.instance.objectNode().put("name", name);
    line.put("quantMin", weight.path("quantMin").asLong())
        .put("quantMax", weight.path("quantMax").asLong());
    list(weight.path("scale"), line.putArray("scale"));
    list(weight.path("zeroPoint"), line.putArray("zeroPoint"));
    return line;
  }

  /** One number, or one a channel. */
  private static void list(JsonNode numbers, ArrayNode out) {
    if (numbers.isArray()) {
      numbers.forEach(out::add);
    } else {
      out.add(numbers);
    }
  }
}
