package io.octant.jobs;

import io.octant.OctantException;
import io.octant.calibration.RangeMethod;
import io.octant.jobs.config.SettingsException;
import io.octant.jobs.console.Console;
import io.octant.jobs.state.DriftLimits;
import io.octant.jobs.state.DriftReport;
import io.octant.jobs.state.StateFiles;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code octant state diff}: how far the values of each tensor have moved. */
@Command(
    name = "diff",
    description =
        "Compare two calibration states of one model and configuration, tensor by tensor.")
final class StateDiffCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "EARLIER",
      description = "The state to compare with: a file, a result, or a place of promote.")
  String earlier;

  @Parameters(
      index = "1",
      paramLabel = "LATER",
      description = "The state of newer data: a file or a result.")
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

  @Option(
      names = "--new-is-drift",
      description =
          "End with 5 as well if there is nothing to compare with: no EARLIER, such as a place where"
              + " nothing was promoted yet, or one of another model or configuration.")
  boolean newIsDrift;

  @Mixin RunDateOption runDate = new RunDateOption();

  StateDiffCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    DriftLimits limits = new DriftLimits(maxPsi, maxSteps, maxOutside, maxScaleChange);
    String before = runDate.dates().in("EARLIER", earlier);
    String after = runDate.dates().in("LATER", later);
    runDate.dates().requireUsed();
    StateFiles states = new StateFiles();
    Optional<DriftReport> report = report(states, before, after, limits);
    report.ifPresent(r -> console.out().print(json ? r.json() : r.text()));
    return (report.map(DriftReport::exceeds).orElse(true) ? ExitCode.DRIFT : ExitCode.OK).number();
  }

  private Optional<DriftReport> report(
      StateFiles states, String before, String after, DriftLimits limits) {
    if (!newIsDrift) {
      return Optional.of(states.drift(before, after, method(), limits, console.err()));
    }
    Optional<DriftReport> report =
        states.isThere(before)
            ? states.driftIfAny(before, after, method(), limits, console.err())
            : Optional.empty();
    if (report.isEmpty()) {
      console.out().println("Nothing to compare with at " + before + ", which counts as drift");
    }
    return report;
  }

  private RangeMethod method() {
    try {
      return RangeMethod.parse(method);
    } catch (OctantException e) {
      throw new SettingsException("--method: " + e.getMessage());
    }
  }
}
