package io.octant.jobs;

import io.octant.bytes.Digest;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.jobs.console.Console;
import io.octant.pipeline.QuantizationPipeline;
import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.RunPlan;
import io.octant.pipeline.RunRequest;
import io.octant.pipeline.TrainingSpec;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.output.RunReport;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;

/** {@code octant train}: quantize with training between calibration and conversion. */
@Command(
    name = "train",
    description =
        "Quantize an ONNX model to int8 and train it with the rounding in place, from the ranges"
            + " that calibration finds.")
final class TrainCommand extends SparkJobCommand {

  TrainCommand(Console console) {
    super(console);
  }

  @Override
  JobRun.SparkStep step() {
    return new Step(options.config());
  }

  private record Step(QuantizeConfig config) implements JobRun.SparkStep {
    private TrainingSpec training(QuantizationSpec spec) {
      return QuantizationSpecs.training(config, spec);
    }

    @Override
    public String name() {
      return "train";
    }

    @Override
    public RunPlan plan(Configuration hadoop, QuantizationSpec spec) {
      return RunPlan.training(hadoop, training(spec));
    }

    @Override
    public Digest request(Configuration hadoop, QuantizationSpec spec, ModelSource model) {
      return RunRequest.training(hadoop, training(spec), model);
    }

    @Override
    public RunReport run(QuantizationPipeline pipeline, QuantizationSpec spec) {
      return pipeline.train(training(spec)).report();
    }
  }
}
