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
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code octant evaluate}: all figures of one model. */
@Command(
    name = "evaluate",
    description =
        "Evaluate one model on the evaluation data: accuracy with its interval, by class, the"
            + " confusion of classes, and how its output differs from that of the model of the"
            + " configuration.")
final class EvaluateCommand extends SparkJobCommand {

  @Option(
      names = "--model",
      paramLabel = "PATH",
      description =
          "An ONNX file on any file system, float or quantized by anyone, or the folder of a"
              + " result, to evaluate and to compare with model.path; without it, model.path is"
              + " evaluated.")
  @Nullable String model;

  EvaluateCommand(Console console) {
    super(console);
  }

  @Override
  JobRun.SparkStep step() {
    Optional<String> path = Optional.ofNullable(model).map(m -> options.place("--model", m));
    return new Step(options.config(), path);
  }

  private record Step(QuantizeConfig config, Optional<String> model) implements JobRun.SparkStep {
    private SweepSpec evaluation(QuantizationSpec spec) {
      return SweepSpecs.evaluation(config, spec, model);
    }

    @Override
    public String name() {
      return "evaluate";
    }

    @Override
    public Map<String, String> files() {
      return model.map(path -> Map.of("--model", path)).orElse(Map.of());
    }

    @Override
    public RunPlan plan(Configuration hadoop, QuantizationSpec spec) {
      return RunPlan.evaluation(hadoop, evaluation(spec));
    }

    @Override
    public Digest request(Configuration hadoop, QuantizationSpec spec, ModelSource of) {
      return RunRequest.evaluation(hadoop, evaluation(spec), of);
    }

    @Override
    public RunReport run(QuantizationPipeline pipeline, QuantizationSpec spec) {
      return pipeline.evaluate(evaluation(spec)).report();
    }
  }
}
