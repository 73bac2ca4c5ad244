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
        "Delete states or totals of splits that were written long ago from a folder that keeps them"
            + " (key calibration.states, evaluation.totals), and what writers that died have left"
            + " unfinished there. Runs may go on meanwhile.")
final class StateGcCommand implements Callable<Integer> {
  private static final Pattern AGE = Pattern.compile("(\\d{1,6})([dh])");

  private final Console console;

  @Parameters(paramLabel = "FOLDER", description = "The folder, on any file system.")
  String folder;

  @Option(
      names = "--older-than",
      required = true,
      paramLabel = "AGE",
      description = "Age since a file was written: days or hours, such as 30d or 12h.")
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
    if (sweep.shares().isEmpty()) {
      console.out().println("nothing is kept in " + folder);
    }
    sweep.shares().forEach((kind, share) -> console.out().println(line(kind, share)));
    return ExitCode.OK.number();
  }

  private String line(StateSweep.Kind kind, StateSweep.Share share) {
    String name =
        switch (kind) {
          case STATES -> "states";
          case TOTALS -> "totals";
          case PARTS -> "unfinished files";
        };
    return String.format(
        Locale.ROOT,
        "%s %,d %s (%,d bytes) older than %s; %,d %s (%,d bytes) stay",
        dryRun ? "would delete" : "deleted",
        share.old(),
        name,
        share.oldBytes(),
        kind == StateSweep.Kind.PARTS ? StateSweep.WRITING.toHours() + "h" : age,
        share.left(),
        name,
        share.leftBytes());
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
