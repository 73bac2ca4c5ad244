package io.octant.jobs;

import io.octant.jobs.console.Verbosity;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code octant}: the commands and what they share. */
@Command(
    name = "octant",
    description = "Calibrates and quantizes neural networks to int8 on Apache Spark.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = VersionLines.class,
    subcommands = {
      QuantizeCommand.class,
      TrainCommand.class,
      CalibrateCommand.class,
      ConvertCommand.class,
      ValidateCommand.class,
      EvaluateCommand.class,
      SweepCommand.class,
      PromoteCommand.class,
      CurrentCommand.class,
      BenchCommand.class,
      ReportCommand.class,
      InspectCommand.class,
      StateCommand.class,
      CompletionCommand.class,
      HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:storage, network, Spark or another reason; trying again may help",
      "2:command line or configuration",
      "3:model or data",
      "4:accuracy gate",
      "5:drift beyond a limit"
    })
final class OctantCommand implements Runnable {

  @Spec CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Print stack traces and Spark's log.")
  void verbose(boolean on) {
    verbosity = on ? Verbosity.VERBOSE : Verbosity.QUIET;
  }

  private Verbosity verbosity = Verbosity.QUIET;

  Verbosity verbosity() {
    return verbosity;
  }

  @Override
  public void run() {
    throw Subcommands.missing(spec);
  }
}
