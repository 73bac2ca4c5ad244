package io.octant.pipeline;

import io.octant.pipeline.output.Phase;
import java.util.function.Supplier;

/** Phases as their listener hears of them. */
final class Phases {
  private Phases() {}

  static <T> T run(PhaseListener listener, Phase phase, Supplier<T> work) {
    listener.started(phase);
    Stopwatch time = Stopwatch.start();
    T result = work.get();
    listener.finished(phase, time.seconds());
    return result;
  }
}
