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
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code octant quantize}: calibrates, converts, validates and writes one model. */
@Command(
    name = "quantize",
    description = "Quantize an ONNX model to int8 as a configuration file says.",
    footerHeading = "%nKeys of the configuration (HOCON):%n",
    modelTransformer = KeyTable.class)
final class QuantizeCommand implements Callable<Integer> {

  private final Console console;

  @ParentCommand OctantCommand parent;
  @Mixin JobOptions options = new JobOptions();
  @Mixin MasterOption master = new MasterOption();

  QuantizeCommand(Console console) {
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
