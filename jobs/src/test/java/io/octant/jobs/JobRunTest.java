package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.bytes.Digest;
import io.octant.jobs.config.ConfigurationSource;
import io.octant.jobs.config.QuantizeConfig;
import io.octant.jobs.console.Verbosity;
import io.octant.pipeline.QuantizationPipeline;
import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.RunPlan;
import io.octant.pipeline.RunRequest;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.output.RunReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobRunTest {
  @TempDir Path folder;

  private final RecordedConsole console = new RecordedConsole();

  /** Another run publishes the same result while this one starts Spark. */
  @Test
  void aResultThatIsPublishedMeanwhileIsNotMadeAgain() throws Exception {
    QuantizeConfig config =
        ConfigurationSource.load(
            Path.of("../conf/examples/digits-resnet.conf"),
            List.of(
                "data.calibration.limit=64",
                "data.evaluation.limit=64",
                "output.path=" + folder.resolve("out")));

    int code =
        JobRun.onSpark(
            console.console(), Verbosity.QUIET, new MasterOption(), new Overtaken(config));

    assertThat(code).isZero();
    assertThat(console.out()).contains("Nothing to do: ", "holds the result of this model");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(folder.resolve("out"));
    }
  }

  private record Overtaken(QuantizeConfig config) implements JobRun.SparkStep {
    @Override
    public String name() {
      return "quantize";
    }

    @Override
    public RunPlan plan(Configuration hadoop, QuantizationSpec spec) {
      throw new AssertionError("nobody asks");
    }

    @Override
    public Digest request(Configuration hadoop, QuantizationSpec spec, ModelSource model) {
      return RunRequest.quantization(hadoop, spec, model);
    }

    @Override
    public RunReport run(QuantizationPipeline pipeline, QuantizationSpec spec) {
      pipeline.run(spec);
      return pipeline.run(spec).report();
    }
  }
}
