package io.octant.pipeline;

import io.octant.pipeline.output.Phase;

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

  /** What the phase that has begun is busy with, where that may take long. */
  default void busy(String what) {}

  /** What the phase that has begun does from now on; for those who look how it gets on. */
  default void doing(String what) {}

  /** How many samples the phase that has begun will run over. */
  default void expects(long samples) {}

  /** Called for phases that succeed only. */
  void finished(Phase phase, double seconds);

  /**
   * The process was told to end, and the run with it; nothing of it is published. Called on another
   * thread.
   */
  default void stopped() {}
}
