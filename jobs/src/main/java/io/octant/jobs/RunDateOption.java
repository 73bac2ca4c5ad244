package io.octant.jobs;

import io.octant.jobs.config.RunDates;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The day that a run is for. */
final class RunDateOption {

  private @Nullable RunDates dates;

  @Option(
      names = "--run-date",
      paramLabel = "DATE",
      description =
          "The day of this run, such as 2026-11-27: stands for {date} in paths, tables and filters.")
  void set(String text) {
    dates = RunDates.of(text);
  }

  /** The day in place of {@code {date}}. */
  RunDates dates() {
    RunDates given = dates;
    if (given == null) {
      given = RunDates.none();
      dates = given;
    }
    return given;
  }
}
