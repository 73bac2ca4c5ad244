package io.octant.jobs.fuzz;

import io.octant.OctantException;
import java.lang.management.ManagementFactory;

/** One input of one target. */
final class FuzzRun {
  private static final long LIMIT_MILLIS = 2000;

  private FuzzRun() {}

  /**
   * Reads an input.
   *
   * @throws AssertionError if it takes longer than two seconds of this thread, or breaks a promise
   * @throws Exception outside the tree that parsers may throw: a finding
   */
  static void of(FuzzTarget target, byte[] input) throws Exception {
    if (millis(target, input) > LIMIT_MILLIS) {
      // The first time may have loaded classes.
      long millis = millis(target, input);
      if (millis > LIMIT_MILLIS) {
        throw new AssertionError(
            target.name() + " took " + millis + " ms, expected at most " + LIMIT_MILLIS);
      }
    }
  }

  private static long millis(FuzzTarget target, byte[] input) throws Exception {
    long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    try {
      target.parser().read(input);
    } catch (OctantException refused) {
      requireMessage(refused);
    }
    return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun) / 1_000_000;
  }

  private static void requireMessage(OctantException refused) {
    String message = refused.getMessage();
    if (message == null || message.isBlank()) {
      throw new AssertionError("refused without a message", refused);
    }
  }
}
