package io.octant.conformance;

import java.util.Map;

/** The areas of a suite by folder. */
final class Areas {
  private Areas() {}

  static Map<String, Area> standard() {
    return Map.of(
        "observers", ObserverCases::run,
        "errors", ObserverCases::runConstructor,
        "config", ConfigCases::run,
        "graphs", GraphCases::run,
        "models", GraphCases::run);
  }
}
