package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/**
 * What a recorded conversion would be if every call of a quantized module had a module of its own:
 * in PyTorch the calls share one, which has the output scale of the last. The scale of each call is
 * recorded all the same, in the reference form.
 */
final class SeparateCalls {
  private final GoldenCase golden;
  private final ObjectNode stage;
  private final JsonNode reference;

  private SeparateCalls(GoldenCase golden, JsonNode stage) {
    this.golden = golden;
    this.stage = stage.deepCopy();
    this.reference = golden.document().at("/expected/reference");
  }

  /** A recorded stage with separate calls; the recording itself if no module is called twice. */
  static JsonNode of(GoldenCase golden, JsonNode stage) {
    return new SeparateCalls(golden, stage).separated(stage);
  }

  private JsonNode separated(JsonNode recorded) {
    ObjectNode modules = (ObjectNode) stage.get("modules");
    Map<String, Integer> calls = new HashMap<>();
    recorded
        .get("nodes")
        .forEach(
            n -> calls.merge(n.get("op").asText() + n.get("target").asText(), 1, Integer::sum));
    Map<String, Integer> seen = new HashMap<>();
    boolean changed = false;
    for (JsonNode node : stage.get("nodes")) {
      String path = node.get("target").asText();
      JsonNode module = recorded.get("modules").path(path);
      int all = calls.getOrDefault("call_module" + path, 0);
      if (all > 1 && module.path("hyper").has("scale")) {
        int later = all - seen.merge(path, 1, Integer::sum); // the last call keeps the path
        String own = later == 0 ? path : path + "_" + later;
        ((ObjectNode) node).put("target", own);
        modules.set(own, scaled(module.deepCopy(), node.get("name").asText()));
        changed = true;
      }
    }
    return changed ? stage : recorded;
  }

  /** A module with the output parameters that the reference form records for a call. */
  private ObjectNode scaled(ObjectNode module, String call) {
    for (JsonNode n : reference.get("nodes")) {
      if (n.get("target").asText().equals("torch.quantize_per_tensor")
          && n.at("/args/0/node").asText().equals(call)) {
        ObjectNode hyper = (ObjectNode) module.get("hyper");
        hyper.put("scale", buffer(n.at("/args/1/node").asText()));
        hyper.put("zero_point", (long) buffer(n.at("/args/2/node").asText()));
        return module;
      }
    }
    throw new Difference("Cannot find how " + call + " is quantized in the reference form");
  }

  private double buffer(String name) {
    return golden
        .values()
        .tensor(reference.at("/modules").path("").path("buffers").get(name).asText())
        .item();
  }
}
