package io.octant.pipeline.output;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The fields of {@code result.json} and their order. docs/format/result.md says what each is. */
final class ResultFields {
  private static final List<String> NAMES =
      List.of(
          "status",
          "error",
          "step",
          "request",
          "command",
          "configuration",
          "notRead",
          "model",
          "data",
          "samples",
          "nonFinite",
          "partitions",
          "states",
          "state",
          "drift",
          "accuracy",
          "agreement",
          "sqnrDb",
          "cosine",
          "outputs",
          "layers",
          "gates",
          "leaderboard",
          "speed",
          "totals",
          "training",
          "nodes",
          "warnings",
          "seconds",
          "samplesPerSecond",
          "numerics",
          "saturation",
          "executors",
          "memory",
          "versions");

  private ResultFields() {}

  /** A document that has them all, each null. */
  static ObjectNode unknown() {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    NAMES.forEach(document::putNull);
    return document;
  }
}
