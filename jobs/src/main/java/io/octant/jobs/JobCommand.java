package io.octant.jobs;

import io.octant.jobs.console.Console;
import io.octant.jobs.console.Verbosity;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** A command that carries out a configuration, or only says what it would do. */
@Command(
    footerHeading = "%nKeys of the configuration (HOCON):%n",
    modelTransformer = KeyTable.class)
abstract class JobCommand<S extends JobRun.Step> implements Callable<Integer> {

  final Console console;

  @ParentCommand OctantCommand parent;
  @Mixin JobOptions options = new JobOptions();

  JobCommand(Console console) {
    this.console = console;
  }

  /** What is asked for, once the command line and its configuration are known to be right. */
  abstract S step();

  /** Does it, and gives the exit code. */
  abstract int carryOut(Verbosity verbosity, S step);

  @Override
  public Integer call() {
    S step = step();
    return options.dryRun
        ? JobRun.plan(console, parent.verbosity(), step)
        : carryOut(parent.verbosity(), step);
  }
}
