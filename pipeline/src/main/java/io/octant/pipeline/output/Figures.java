package io.octant.pipeline.output;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Measured numbers in JSON, which has neither infinity nor NaN. */
final class Figures {
  private Figures() {}

  /** A figure; null if it is not finite, such as the ratio of an output without any error. */
  static void put(ObjectNode node, String field, double value) {
    if (Double.isFinite(value)) {
      node.put(field, value);
    } else {
      node.putNull(field);
    }
  }
}
