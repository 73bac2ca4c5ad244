package io.octant.pipeline;

import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.pipeline.data.DataException;

/** A calibration state that belongs to another model, prepared graph or observer configuration. */
public final class OtherStateException extends DataException {
  private static final long serialVersionUID = 1L;

  private final transient CalibrationState state;
  private final transient CalibrationKey expected;

  private OtherStateException(String message, CalibrationState state, CalibrationKey expected) {
    super(message);
    this.state = state;
    this.expected = expected;
  }

  /**
   * Checks what a state belongs to.
   *
   * @param from where it comes from
   */
  static void require(String from, CalibrationState state, CalibrationKey expected) {
    CalibrationKey key = state.key();
    if (key.equals(expected)) {
      return;
    }
    String what =
        "observer configuration " + key.observers() + ", expected " + expected.observers();
    if (!key.preparedGraph().equals(expected.preparedGraph())) {
      what = "prepared graph " + key.preparedGraph() + ", expected " + expected.preparedGraph();
    }
    if (!key.model().equals(expected.model())) {
      what = "model " + key.model() + ", expected " + expected.model();
    }
    throw new OtherStateException(
        "Cannot convert with state " + from + ": of " + what, state, expected);
  }

  /** The state that was given. */
  public CalibrationState state() {
    return state;
  }

  /** What a state of the model and configuration at hand belongs to. */
  public CalibrationKey expected() {
    return expected;
  }
}
