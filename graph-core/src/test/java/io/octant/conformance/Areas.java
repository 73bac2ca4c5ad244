package io.octant.conformance;

import java.util.Map;

/** The areas of a suite by folder. */
final class Areas {
  private Areas() {}

  static Map<String, Area> standard() {
    return Map.of(
        "observers", ObserverCases::run,
        "quantize", Areas::runQuantize,
        "errors", ObserverCases::runConstructor,
        "config", ConfigCases::run,
        "graphs", GraphCases::run,
        "models", GraphCases::run);
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
