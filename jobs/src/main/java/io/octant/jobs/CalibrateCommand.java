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
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code octant calibrate}: the first step of quantizing. */
@Command(
    name = "calibrate",
    description =
        "Calibrate: run the model over the calibration data and write the calibration state. The"
            + " first step of quantize; range methods are left to convert.",
    footerHeading = "%nKeys of the configuration (HOCON):%n",
    modelTransformer = KeyTable.class)
final class CalibrateCommand implements Callable<Integer> {

  private final Console console;

  @ParentCommand OctantCommand parent;
  @Mixin JobOptions options = new JobOptions();
  @Mixin MasterOption master = new MasterOption();

  CalibrateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    QuantizeConfig config = options.config();
    config.requireCalibration();
    return options.dryRun
        ? JobRun.plan(console, parent.verbosity(), config, new Step())
        : JobRun.onSpark(console, parent.verbosity(), config, master, new Step());
  }

  private record Step() implements JobRun.SparkStep {
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
