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
import java.util.EnumSet;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;

/** {@code octant quantize}: calibrates, converts, validates and writes one model. */
@Command(
    name = "quantize",
    description = "Quantize an ONNX model to int8 as a configuration file says.")
final class QuantizeCommand extends SparkJobCommand {

  QuantizeCommand(Console console) {
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
      return "quantize";
    }

    @Override
    public RunPlan plan(Configuration hadoop, QuantizationSpec spec) {
      return RunPlan.of(hadoop, spec, EnumSet.allOf(RunPlan.Part.class), Optional.empty());
    }

    @Override
    public Digest request(Configuration hadoop, QuantizationSpec spec, ModelSource model) {
      return RunRequest.quantization(hadoop, spec, model);
    }

    @Override
    public RunReport run(QuantizationPipeline pipeline, QuantizationSpec spec) {
      return pipeline.run(spec).report();
    }
  }
}
