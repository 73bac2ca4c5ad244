package io.octant.pipeline;

/**
 * Hears of the phases of a run, on the thread that runs it. The Spark jobs of calibration and
 * validation carry the phase's {@link Phase#title} as their description, so that a Spark listener
 * can show their tasks.
 */
public interface PhaseListener {
  /** Hears nothing. */
  PhaseListener NONE =
      new PhaseListener() {
        @Override
        public void started(Phase phase) {}

        @Override
        public void finished(Phase phase, double seconds) {}
      };

  /** A phase begins; the one before it has finished. */
  void started(Phase phase);

  /** Called for phases that succeed only. */
  void finished(Phase phase, double seconds);

  /**
   * The process was told to end, and the run with it; nothing of it is published. Called on another
   * thread.
   */
  default void stopped() {}

  /** The phases of a run, in their order. */
  enum Phase {
    /** Model file to graph with observers. */
    PREPARE("prepare"),
    /** Observed forward pass on the executors. */
    CALIBRATE("calibrate"),
    /** Statistics to int8 graph and ONNX file. */
    CONVERT("convert"),
    /** Float against int8 on the executors. */
    VALIDATE("validate"),
    /** Running the written model once more, and writing the output. */
    PUBLISH("publish");

    private final String title;

    Phase(String title) {
      this.title = title;
    }

    /** A word for people, and the description of the phase's Spark jobs. */
    public String title() {
      return title;
    }
  }
}
