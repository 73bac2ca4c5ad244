package io.octant.pipeline.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.Int8Kernels;
import io.octant.pipeline.execution.MemoryUse;
import java.util.Collection;
import java.util.Map;

/** The field {@code executors} of {@code result.json}: where samples were run, and on what. */
final class ExecutorsDocument {
  private ExecutorsDocument() {}

  /** Executors whose memory is not known yet. */
  static ArrayNode of(Collection<ExecutorIdentity> took) {
    ArrayNode executors = JsonNodeFactory.instance.arrayNode();
    for (ExecutorIdentity e : took) {
      ObjectNode line =
          executors
              .addObject()
              .put("id", e.id())
              .put("host", e.host())
              .put("engine", e.numerics().engine())
              .put("isa", e.isa())
              .put("numerics", e.numerics().toString());
      if (e.int8().equals(Int8Kernels.NONE)) {
        line.putNull("int8");
      } else {
        line.putObject("int8")
            .put("fast", e.int8().fast())
            .put("exact", e.int8().exact())
            .put("reference", e.int8().reference());
      }
      line.putNull("memory");
    }
    return executors;
  }

  /** Puts into the lines of executors what they have held, by their id. */
  static void addMemory(JsonNode executors, Map<String, MemoryUse> byExecutor) {
    for (JsonNode line : executors) {
      MemoryUse use = byExecutor.get(line.path("id").asText());
      if (use != null) {
        ((ObjectNode) line).set("memory", memory(use));
      }
    }
  }

  static ObjectNode memory(MemoryUse use) {
    ObjectNode memory = JsonNodeFactory.instance.objectNode().put("native", use.nativeBytes());
    if (use.residentBytes() > 0) {
      memory.put("resident", use.residentBytes());
    } else {
      memory.putNull("resident");
    }
    return memory;
  }
}
