package io.octant.jobs;

import io.octant.OctantException;
import io.octant.calibration.RangeMethod;
import io.octant.jobs.config.SettingsException;
import io.octant.jobs.console.Console;
import io.octant.jobs.state.DriftLimits;
import io.octant.jobs.state.DriftReport;
import io.octant.jobs.state.StateFiles;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code octant state diff}: how far the values of each tensor have moved. */
@Command(
    name = "diff",
    description =
        "Compare two calibration states of one model and configuration, tensor by tensor.")
final class StateDiffCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(index = "0", paramLabel = "EARLIER", description = "The state to compare with.")
  String earlier;

  @Parameters(index = "1", paramLabel = "LATER", description = "The state of newer data.")
  String later;

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description =
          "Range method behind steps and scales, by its name in quantization.method (and"
              + " percentile:P). Default ${DEFAULT-VALUE}.")
  String method = RangeMethod.byDefault().toString();

  @Option(names = "--json", description = "Print JSON instead of text.")
  boolean json;

  @Option(
      names = "--max-psi",
      paramLabel = "X",
      description = "Limit on the population stability index of every tensor.")
  double maxPsi = Double.POSITIVE_INFINITY;

  @Option(
      names = "--max-steps",
      paramLabel = "X",
      description = "Limit on the Wasserstein distance in quantization steps.")
  double maxSteps = Double.POSITIVE_INFINITY;

  @Option(
      names = "--max-outside",
      paramLabel = "SHARE",
      description = "Limit on the share of later values beyond the earlier extrema.")
  double maxOutside = Double.POSITIVE_INFINITY;

  @Option(
      names = "--max-scale-change",
      paramLabel = "X",
      description = "Limit on the relative change of a scale, up or down.")
  double maxScaleChange = Double.POSITIVE_INFINITY;

  StateDiffCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    DriftLimits limits = new DriftLimits(maxPsi, maxSteps, maxOutside, maxScaleChange);
    DriftReport report =
        DriftReport.of(new StateFiles().pair(earlier, later, console.err()), method(), limits);
    console.out().print(json ? report.json() : report.text());
    return (report.exceeds() ? ExitCode.DRIFT : ExitCode.OK).number();
  }

  private RangeMethod method() {
    try {
      return RangeMethod.parse(method);
    } catch (OctantException e) {
      throw new SettingsException("--method: " + e.getMessage());
    }
  }
}
