package io.octant.jobs;

import io.octant.jobs.config.SettingsException;
import io.octant.jobs.console.Console;
import io.octant.jobs.state.StateFiles;
import io.octant.pipeline.calibration.StateSweep;
import io.octant.pipeline.calibration.StateSweep.Mode;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code octant state gc}: deletes kept states by their age. */
@Command(
    name = "gc",
    description =
        "Delete states of splits from a folder of kept states (key calibration.states) or of kept"
            + " totals (evaluation.totals) that were written long ago. Runs may go on meanwhile.")
final class StateGcCommand implements Callable<Integer> {
  private static final Pattern AGE = Pattern.compile("(\\d{1,6})([dh])");

  private final Console console;

  @Parameters(paramLabel = "FOLDER", description = "The folder, on any file system.")
  String folder;

  @Option(
      names = "--older-than",
      required = true,
      paramLabel = "AGE",
      description = "Age since a state was written: days or hours, such as 30d or 12h.")
  String age;

  @Option(names = "--dry-run", description = "Only say what would be deleted.")
  boolean dryRun;

  StateGcCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    StateSweep sweep =
        StateSweep.run(
            new StateFiles().folder(folder),
            System.currentTimeMillis(),
            duration(),
            dryRun ? Mode.COUNT : Mode.DELETE);
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%s %,d states (%,d bytes) older than %s; %,d states (%,d bytes) stay",
                dryRun ? "would delete" : "deleted",
                sweep.old(),
                sweep.oldBytes(),
                age,
                sweep.left(),
                sweep.leftBytes()));
    return ExitCode.OK.number();
  }

  private Duration duration() {
    Matcher parts = AGE.matcher(age);
    if (!parts.matches()) {
      throw new SettingsException(
          "Cannot use --older-than %s, expected days or hours, such as 30d or 12h".formatted(age));
    }
    long count = Long.parseLong(parts.group(1));
    return parts.group(2).equals("d") ? Duration.ofDays(count) : Duration.ofHours(count);
  }
}
