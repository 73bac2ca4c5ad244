package io.octant.jobs;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code octant state}: calibration states as files of their own. */
@Command(
    name = "state",
    description = "Show, merge, compare and clear away calibration states.",
    subcommands = {
      StateShowCommand.class,
      StateMergeCommand.class,
      StateDiffCommand.class,
      StateGcCommand.class
    })
final class StateCommand implements Runnable {

  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw Subcommands.missing(spec);
  }
}
