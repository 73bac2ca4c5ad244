package io.octant.jobs;

import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationState;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.jobs.console.Console;
import io.octant.jobs.console.Verbosity;
import io.octant.jobs.report.Progress;
import io.octant.jobs.state.CalibrationStateText;
import io.octant.pipeline.OtherStateException;
import io.octant.pipeline.QuantizationPipeline;
import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.RunPlan;
import io.octant.pipeline.RunRequest;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.output.RunReport;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code octant convert}: the second step of quantizing. */
@Command(
    name = "convert",
    description =
        "Convert: make the int8 model from a calibration state, without Spark and without data. The"
            + " second step of quantize; any range method, from one state.")
final class ConvertCommand extends JobCommand<JobRun.LocalStep> {

  @Option(
      names = "--state",
      required = true,
      paramLabel = "PATH",
      description =
          "The calibration state, on any file system: a file, the folder of calibrate or quantize,"
              + " or a place of promote.")
  String state;

  ConvertCommand(Console console) {
    super(console);
  }

  @Override
  JobRun.LocalStep step() {
    String from = options.place("--state", state);
    return new Step(options.config(), from);
  }

  @Override
  int carryOut(Verbosity verbosity, JobRun.LocalStep step) {
    return JobRun.inProcess(console, verbosity, step);
  }

  @Override
  public Integer call() {
    try {
      return super.call();
    } catch (OtherStateException e) {
      header(options.place("--state", state), e.state());
      header("expected", new CalibrationState(e.expected()));
      throw e;
    }
  }

  private void header(String name, CalibrationState of) {
    console.err().println(name);
    CalibrationStateText.header(of).lines().forEach(line -> console.err().println("  " + line));
  }

  private record Step(QuantizeConfig config, String state) implements JobRun.LocalStep {
    @Override
    public String name() {
      return "convert";
    }

    @Override
    public RunPlan plan(Configuration hadoop, QuantizationSpec spec) {
      return RunPlan.of(hadoop, spec, Set.of(RunPlan.Part.CONVERT), Optional.of(state));
    }

    @Override
    public Map<String, String> files() {
      return Map.of("--state", state);
    }

    @Override
    public Digest request(Configuration hadoop, QuantizationSpec spec, ModelSource model) {
      return RunRequest.conversion(hadoop, spec, model, state);
    }

    @Override
    public RunReport run(Configuration hadoop, Progress progress, QuantizationSpec spec) {
      return QuantizationPipeline.convert(hadoop, progress, spec, state).report();
    }
  }
}
