package io.octant.jobs;

import io.octant.jobs.config.RunDates;
import io.octant.jobs.config.SettingsException;
import io.octant.jobs.console.Console;
import io.octant.jobs.report.PromotionText;
import io.octant.jobs.spark.FileSystems;
import io.octant.jobs.spark.QuietLog;
import io.octant.jobs.spark.SparkRuntime;
import io.octant.pipeline.Promotion;
import io.octant.pipeline.PromotionCandidate;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code octant promote}: makes a validated result the one that is used. */
@Command(
    name = "promote",
    description =
        "Promote a validated result: point a place at it, which consumers follow. Refuses what was"
            + " not validated, missed a gate (4), or is not what its manifest says. A later date"
            + " stays.")
final class PromoteCommand implements Callable<Integer> {

  private final Console console;

  @ParentCommand OctantCommand parent;

  @Parameters(
      arity = "0..1",
      paramLabel = "RESULT",
      description = "The folder of convert or quantize, on any file system.")
  @Nullable String result;

  @Option(
      names = "--current",
      required = true,
      paramLabel = "PLACE",
      description = "The folder that says which result is current, made on first use.")
  String place;

  @Option(
      names = "--validation",
      paramLabel = "FOLDER",
      description = "The figures of validate; needed for a result of convert.")
  @Nullable String validation;

  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      description =
          "The calibration state of a result of convert, for state diff to compare with later.")
  @Nullable String state;

  @Option(
      names = "--to",
      paramLabel = "DATE|RESULT",
      description = "Go back to what was current before, by its date or folder.")
  @Nullable String to;

  @Option(names = "--dry-run", description = "Check everything, and only say what would be done.")
  boolean dryRun;

  @Mixin RunDateOption runDate = new RunDateOption();

  PromoteCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    QuietLog.install(parent.verbosity());
    RunDates dates = runDate.dates();
    Configuration hadoop = SparkRuntime.hadoop(new SparkConf(true));
    String current = place(hadoop, "--current", place);
    Promotion promotion =
        new Promotion(hadoop, current, dryRun ? Promotion.Mode.ONLY_SAY : Promotion.Mode.MOVE);
    Promotion.Done done;
    if (to != null) {
      if (result != null || validation != null || state != null || dates.day().isPresent()) {
        throw new SettingsException(
            "Cannot promote with --to and a result, expected --current and --to alone");
      }
      done = promotion.back(to);
    } else {
      done =
          promotion.promote(
              new PromotionCandidate(
                  find(hadoop, "RESULT", result)
                      .orElseThrow(
                          () ->
                              new SettingsException(
                                  "Cannot promote: no RESULT, expected the folder of convert or"
                                      + " quantize, or --to")),
                  find(hadoop, "--validation", validation),
                  find(hadoop, "--state", state),
                  dates.day()));
    }
    console.out().print(PromotionText.of(current, done, dryRun));
    return ExitCode.OK.number();
  }

  private Optional<String> find(Configuration hadoop, String what, @Nullable String text) {
    return Optional.ofNullable(text).map(t -> place(hadoop, what, t));
  }

  private String place(Configuration hadoop, String what, String text) {
    String dated = runDate.dates().in(what, text);
    FileSystems.require(hadoop, what, dated);
    return dated;
  }
}
