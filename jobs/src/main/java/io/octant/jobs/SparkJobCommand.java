package io.octant.jobs;

import io.octant.jobs.console.Console;
import io.octant.jobs.console.Verbosity;
import picocli.CommandLine.Mixin;

/** A command that carries out a configuration on Spark. */
abstract class SparkJobCommand extends JobCommand<JobRun.SparkStep> {

  @Mixin MasterOption master = new MasterOption();

  SparkJobCommand(Console console) {
    super(console);
  }

  @Override
  final int carryOut(Verbosity verbosity, JobRun.SparkStep step) {
    return JobRun.onSpark(console, verbosity, master, step);
  }
}
