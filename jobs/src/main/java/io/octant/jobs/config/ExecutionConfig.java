package io.octant.jobs.config;

import io.octant.engine.InstructionSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How executors compute.
 *
 * @param isa instruction set that all of them run on and none beyond; empty leaves each its own
 * @param mixed what to do about executors whose float sums differ
 */
public record ExecutionConfig(Optional<InstructionSet> isa, Mixed mixed) {
  static final String AUTO = "auto";

  /** What becomes of a calibration on executors that differ. */
  public enum Mixed {
    REFUSE,
    ACCEPT
  }

  /** The values of {@code execution.isa}. */
  static List<String> isaNames() {
    return Stream.concat(Stream.of(AUTO), InstructionSet.names().stream()).toList();
  }

  static ExecutionConfig of(Settings settings) {
    return new ExecutionConfig(
        InstructionSet.find(settings.value(Keys.EXECUTION_ISA)),
        settings.value(Keys.EXECUTION_MIXED));
  }
}
