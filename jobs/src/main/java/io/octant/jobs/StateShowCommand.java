package io.octant.jobs;

import io.octant.jobs.console.Console;
import io.octant.jobs.state.CalibrationStateText;
import io.octant.jobs.state.StateFiles;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code octant state show}: what a state belongs to, and a line for each observer. */
@Command(name = "show", description = "Print a calibration state, readably.")
final class StateShowCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(paramLabel = "FILE", description = "A calibration state, on any file system.")
  String file;

  StateShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    console.out().print(CalibrationStateText.of(new StateFiles().read(file)));
    return ExitCode.OK.number();
  }
}
