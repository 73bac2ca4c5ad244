package io.octant.jobs.faults;

import java.nio.file.Path;
import java.util.Random;

/**
 * A kind of fault.
 *
 * @param name as {@code dev/faults} takes it
 * @param meaning what happens, in a few words
 * @param action brings it about
 */
record Fault(String name, String meaning, Action action) {

  /** Runs a job and disturbs it. */
  interface Action {
    /**
     * Brings the fault about once, makes sure that it has happened, and looks at how the run ended.
     *
     * @param folder empty, for this run
     * @param random when and what
     * @return how the run ended
     * @throws AssertionError if the run ended in another way, or was not disturbed
     */
    Outcome run(FaultBench bench, Path folder, Random random) throws Exception;
  }
}
