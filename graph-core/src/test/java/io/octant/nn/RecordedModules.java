package io.octant.nn;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.Module;
import io.octant.nn.factory.ModuleFactories;
import io.octant.reference.TorchFixtures;

/** Makes the modules of {@code modules.json}. */
public final class RecordedModules {
  private RecordedModules() {}

  /** A module with its parameters, buffers and children, in the mode that was recorded. */
  public static Module of(TorchFixtures fixtures, JsonNode recorded) {
    Module m =
        ModuleFactories.create(
            ModuleFactories.all(),
            recorded.get("type").asText(),
            fixtures.map(recorded.get("hyper")),
            fixtures.tensors(recorded.get("parameters")),
            fixtures.tensors(recorded.get("buffers")));
    recorded
        .path("children")
        .fields()
        .forEachRemaining(child -> m.setChild(child.getKey(), of(fixtures, child.getValue())));
    m.train(recorded.path("train").asBoolean());
    return m;
  }
}
