package io.octant.jobs;

import io.octant.bytes.Digest;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.jobs.config.SettingsException;
import io.octant.jobs.console.Console;
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

/** {@code octant validate}: the last step of quantizing. */
@Command(
    name = "validate",
    description =
        "Validate: compare the float model with a written int8 model on the evaluation data, and"
            + " write the report. The last step of quantize; ends with 4 if a gate is missed.")
final class ValidateCommand extends SparkJobCommand {

  @Option(
      names = "--model",
      required = true,
      paramLabel = "PATH",
      description =
          "The int8 model, on any file system: an ONNX file, the folder of convert or quantize, or"
              + " a place of promote.")
  String model;

  ValidateCommand(Console console) {
    super(console);
  }

  @Override
  JobRun.SparkStep step() {
    String int8 = options.place("--model", model);
    QuantizeConfig config = options.config();
    if (config.data().evaluation().isEmpty()) {
      throw new SettingsException(
          "Cannot validate: no evaluation data, expected key data.evaluation.path");
    }
    return new Step(config, int8);
  }

  private record Step(QuantizeConfig config, String int8) implements JobRun.SparkStep {
    @Override
    public String name() {
      return "validate";
    }

    @Override
    public RunPlan plan(Configuration hadoop, QuantizationSpec spec) {
      return RunPlan.of(hadoop, spec, Set.of(RunPlan.Part.VALIDATE), Optional.of(int8));
    }

    @Override
    public Map<String, String> files() {
      return Map.of("--model", int8);
    }

    @Override
    public Digest request(Configuration hadoop, QuantizationSpec spec, ModelSource model) {
      return RunRequest.validation(hadoop, spec, model, int8);
    }

    @Override
    public RunReport run(QuantizationPipeline pipeline, QuantizationSpec spec) {
      return pipeline.validate(spec, int8).report();
    }
  }
}
