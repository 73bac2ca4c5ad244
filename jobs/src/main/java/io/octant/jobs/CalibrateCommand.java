package io.octant.jobs;

import io.octant.bytes.Digest;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.jobs.console.Console;
import io.octant.pipeline.QuantizationPipeline;
import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.RunPlan;
import io.octant.pipeline.RunRequest;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.output.RunReport;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;

/** {@code octant calibrate}: the first step of quantizing. */
@Command(
    name = "calibrate",
    description =
        "Calibrate: run the model over the calibration data and write the calibration state. The"
            + " first step of quantize; range methods are left to convert.")
final class CalibrateCommand extends SparkJobCommand {

  CalibrateCommand(Console console) {
    super(console);
  }

  @Override
  JobRun.SparkStep step() {
    QuantizeConfig config = options.config();
    config.requireCalibration();
    return new Step(config);
  }

  private record Step(QuantizeConfig config) implements JobRun.SparkStep {
    @Override
    public String name() {
      return "calibrate";
    }

    @Override
    public RunPlan plan(Configuration hadoop, QuantizationSpec spec) {
      return RunPlan.of(hadoop, spec, Set.of(RunPlan.Part.CALIBRATE), Optional.empty());
    }

    @Override
    public Digest request(Configuration hadoop, QuantizationSpec spec, ModelSource model) {
      return RunRequest.calibration(hadoop, spec, model);
    }

    @Override
    public RunReport run(QuantizationPipeline pipeline, QuantizationSpec spec) {
      return pipeline.calibrate(spec).report();
    }
  }
}
