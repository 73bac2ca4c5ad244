package io.octant.jobs;

import io.octant.jobs.config.SettingsException;
import io.octant.pipeline.Failure;

/** What the process tells its caller. The numbers are an interface: schedulers branch on them. */
public enum ExitCode {
  /** The job did what it was asked to. */
  OK(0),
  /** Storage, network, Spark, another run at the output, or a fault: trying again may help. */
  FAILED(1),
  /**
   * The command line or the configuration cannot be carried out, the place for the output included.
   */
  USAGE(2),
  /** The model or the data cannot be used. */
  INPUT(3),
  /** The int8 model does not reach what the configuration asks of it. */
  GATE(4),
  /** The values have moved by more than a limit of {@code octant state diff}. */
  DRIFT(5);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  /** The number that the process ends with. */
  public int number() {
    return number;
  }

  /** The code of what a command threw. */
  public static ExitCode of(Throwable thrown) {
    return of(Failure.of(thrown));
  }

  static ExitCode of(Failure failure) {
    if (failure.thrown() instanceof SettingsException) {
      return USAGE;
    }
    return switch (failure.kind()) {
      case USAGE -> USAGE;
      case INPUT -> INPUT;
      case GATE -> GATE;
      case OTHER -> FAILED;
    };
  }
}
