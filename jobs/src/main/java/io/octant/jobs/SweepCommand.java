package io.octant.jobs;

import io.octant.bytes.Digest;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.jobs.console.Console;
import io.octant.pipeline.QuantizationPipeline;
import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.RunPlan;
import io.octant.pipeline.RunRequest;
import io.octant.pipeline.SweepSpec;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.output.RunReport;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;

/** {@code octant sweep}: compares many candidates with the float model. */
@Command(
    name = "sweep",
    description =
        "Compare many candidates (ways to quantize, ONNX files, trained state dicts) with the float"
            + " model on the same evaluation data, and write a table.")
final class SweepCommand extends SparkJobCommand {

  SweepCommand(Console console) {
    super(console);
  }

  @Override
  JobRun.SparkStep step() {
    return new Step(options.config());
  }

  private record Step(QuantizeConfig config) implements JobRun.SparkStep {
    private SweepSpec sweep(QuantizationSpec spec) {
      return SweepSpecs.sweep(config, spec);
    }

    @Override
    public String name() {
      return "sweep";
    }

    @Override
    public RunPlan plan(Configuration hadoop, QuantizationSpec spec) {
      return RunPlan.sweep(hadoop, sweep(spec));
    }

    @Override
    public Digest request(Configuration hadoop, QuantizationSpec spec, ModelSource model) {
      return RunRequest.sweep(hadoop, sweep(spec), model);
    }

    @Override
    public RunReport run(QuantizationPipeline pipeline, QuantizationSpec spec) {
      return pipeline.sweep(sweep(spec)).report();
    }
  }
}
