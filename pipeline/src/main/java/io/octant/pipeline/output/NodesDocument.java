package io.octant.pipeline.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.output.RunReport.NodeLine;
import java.util.Collection;
import java.util.List;

/** The field {@code nodes} of {@code result.json}: what became of every node. */
final class NodesDocument {
  private NodesDocument() {}

  static ObjectNode of(
      Collection<NodeLine> quantized, Collection<NodeLine> left, List<String> floatInFile) {
    ObjectNode nodes = JsonNodeFactory.instance.objectNode();
    put(nodes.putArray("quantized"), quantized);
    put(nodes.putArray("float"), left);
    floatInFile.forEach(nodes.putArray("floatInFile")::add);
    return nodes;
  }

  private static void put(ArrayNode array, Collection<NodeLine> lines) {
    lines.forEach(
        line ->
            array
                .addObject()
                .put("node", line.node())
                .put("operator", line.operator())
                .put("source", line.source())
                .put("position", line.position())
                .put("reason", line.reason()));
  }
}
