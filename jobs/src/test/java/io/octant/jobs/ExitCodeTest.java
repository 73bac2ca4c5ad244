package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.OctantException;
import io.octant.jobs.config.SettingsException;
import io.octant.onnx.OnnxException;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.execution.ExecutorException;
import io.octant.pipeline.output.OutputException;
import io.octant.pipeline.output.OutputUnavailableException;
import io.octant.pipeline.validation.GateException;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class ExitCodeTest {

  @Test
  void followsTheKindOfFailure() {
    assertThat(ExitCode.of(new SettingsException("key"))).isEqualTo(ExitCode.USAGE);
    assertThat(ExitCode.of(new io.octant.quantization.mapform.ConfigurationException("qconfig")))
        .isEqualTo(ExitCode.USAGE);
    assertThat(ExitCode.of(new ExecutorException("isa"))).isEqualTo(ExitCode.USAGE);
    assertThat(ExitCode.of(new OutputException("exists"))).isEqualTo(ExitCode.USAGE);
    assertThat(ExitCode.of(new OnnxException("node"))).isEqualTo(ExitCode.INPUT);
    assertThat(ExitCode.of(new DataException("column"))).isEqualTo(ExitCode.INPUT);
    assertThat(ExitCode.of(new GateException("accuracy"))).isEqualTo(ExitCode.GATE);
    assertThat(ExitCode.of(new OctantException("operator"))).isEqualTo(ExitCode.INPUT);
    assertThat(ExitCode.of(new OutputUnavailableException("in use"))).isEqualTo(ExitCode.FAILED);
    assertThat(ExitCode.of(new SparkException("network"))).isEqualTo(ExitCode.FAILED);
    assertThat(ExitCode.of(new OutOfMemoryError("heap"))).isEqualTo(ExitCode.FAILED);
    assertThat(ExitCode.of(new IllegalStateException("bug"))).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void looksThroughWhatSparkWrapsAroundATasksFailure() {
    Throwable task = new SettingsException("inside a task");
    assertThat(ExitCode.of(new SparkException("Job aborted", new RuntimeException(task))))
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void numbersAreTheInterface() {
    assertThat(ExitCode.values()).extracting(ExitCode::number).containsExactly(0, 1, 2, 3, 4, 5);
  }
}
