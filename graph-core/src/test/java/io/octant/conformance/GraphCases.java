package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.graph.GraphModule;
import io.octant.graph.Tuple;

/**
 * Runs the cases of the areas {@code graphs} and {@code models}: one network through every stage.
 */
final class GraphCases {
  private final GoldenCase golden;
  private final JsonNode document;
  private final JsonNode expected;

  private GraphCases(GoldenCase golden) {
    this.golden = golden;
    this.document = golden.document();
    this.expected = document.get("expected");
  }

  static void run(GoldenCase golden) {
    new GraphCases(golden).run();
  }

  private void run() {
    GraphModule model = new GoldenGraphs(golden.values()).build(document.get("float")).lint();
    new GraphComparison(golden.values())
        .compareNodes("float", document.get("float").get("nodes"), model);
    compareOutputs("float", model, document.get("eval_inputs"), Tolerance.FLOAT);
  }

  private void compareOutputs(
      String stage, GraphModule model, JsonNode inputs, Tolerance tolerance) {
    JsonNode outputs = expected.path("outputs").path(stage);
    for (int i = 0; i < outputs.size(); i++) {
      Tuple batch = (Tuple) golden.values().decode(inputs.get(i));
      tolerance.compare(
          stage + " output of batch " + i,
          golden.values().decode(outputs.get(i)),
          model.run(batch.items().toArray()));
    }
  }
}
