package io.octant.pipeline.output;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The field {@code seconds} of {@code result.json}: how long phases took, to thousandths. */
final class SecondsDocument {
  /** The phases that it tells apart. */
  private static final List<Phase> TIMED =
      List.of(Phase.CALIBRATE, Phase.TRAIN, Phase.CONVERT, Phase.VALIDATE);

  private static final String TOTAL = "total";

  private final ObjectNode seconds = JsonNodeFactory.instance.objectNode();

  SecondsDocument() {
    TIMED.forEach(phase -> seconds.putNull(phase.title()));
    seconds.putNull(TOTAL);
  }

  ObjectNode document() {
    return seconds;
  }

  /**
   * How long a phase took.
   *
   * @throws IllegalArgumentException if it is none of those that are told apart
   */
  void put(Phase phase, double value) {
    if (!TIMED.contains(phase)) {
      throw new IllegalArgumentException(
          "Cannot report seconds of phase " + phase + ", expected one of " + TIMED);
    }
    put(phase.title(), value);
  }

  /** How long the run took. */
  void total(double value) {
    put(TOTAL, value);
  }

  private void put(String field, double value) {
    seconds.put(field, Math.round(value * 1000) / 1000.0);
  }
}
