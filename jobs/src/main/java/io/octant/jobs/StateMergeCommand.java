package io.octant.jobs;

import io.octant.calibration.CalibrationState;
import io.octant.calibration.MixedNumerics;
import io.octant.jobs.console.Console;
import io.octant.jobs.state.CalibrationStateText;
import io.octant.jobs.state.StateFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code octant state merge}: the state of all samples of several states. */
@Command(
    name = "merge",
    description = "Merge calibration states of one model and configuration into one.")
final class StateMergeCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Calibration states, on any file system; their order does not matter.")
  List<String> files = new ArrayList<>();

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where the merged state goes.")
  String output;

  @Option(names = "--overwrite", description = "Replace the output if it is there already.")
  boolean overwrite;

  @Option(
      names = "--mixed-numerics",
      description =
          "refuse or accept states whose float sums differ, see execution.mixedNumerics. Default"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "refuse",
      paramLabel = "refuse|accept")
  MixedNumerics mixed;

  StateMergeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    StateFiles states = new StateFiles();
    CalibrationState merged = states.merged(files, mixed, console.err());
    if (overwrite) {
      states.replace(output, merged);
    } else {
      states.create(output, merged);
    }
    console.out().print(CalibrationStateText.header(merged));
    return ExitCode.OK.number();
  }
}
