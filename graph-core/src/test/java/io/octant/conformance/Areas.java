package io.octant.conformance;

import java.util.List;
import java.util.Map;

/** The areas of a suite by folder. */
final class Areas {
  private Areas() {}

  /** Graphs also run on the given engines, where these cover them. */
  static Map<String, Area> standard(List<CompiledRuns> engines) {
    return Map.of(
        "observers", ObserverCases::run,
        "quantize", Areas::runQuantize,
        "errors", ObserverCases::runConstructor,
        "config", ConfigCases::run,
        "graphs", c -> GraphCases.run(c, engines),
        "models", c -> GraphCases.run(c, engines));
  }

  private static void runQuantize(GoldenCase c) {
    if (QuantizedOperatorCases.covers(c)) {
      QuantizedOperatorCases.run(c);
    } else if (QuantizeCases.covers(c)) {
      QuantizeCases.run(c);
    } else {
      FakeQuantizeModuleCases.run(c);
    }
  }
}
