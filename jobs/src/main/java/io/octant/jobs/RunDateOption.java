package io.octant.jobs;

import io.octant.jobs.config.RunDates;
import io.octant.jobs.config.SettingsException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The day that a run is for. */
final class RunDateOption {

  @Option(
      names = "--run-date",
      paramLabel = "DATE",
      converter = Day.class,
      description =
          "The day of this run, such as 2026-11-27: stands for {date} in paths, tables and filters.")
  private @Nullable RunDates dates;

  /** The day in place of {@code {date}}. */
  RunDates dates() {
    RunDates given = dates;
    if (given == null) {
      given = RunDates.none();
      dates = given;
    }
    return given;
  }

  private static final class Day implements ITypeConverter<RunDates> {
    @Override
    public RunDates convert(String text) {
      try {
        return RunDates.of(text);
      } catch (SettingsException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
