package io.octant.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.OctantException;
import io.octant.graph.GraphException;
import io.octant.kernels.binding.NativeException;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.onnx.OnnxException;
import io.octant.pipeline.Failure.Kind;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.StorageException;
import io.octant.pipeline.execution.ExecutorException;
import io.octant.pipeline.execution.RunException;
import io.octant.pipeline.output.OutputException;
import io.octant.pipeline.output.OutputExistsException;
import io.octant.pipeline.output.OutputUnavailableException;
import io.octant.pipeline.validation.GateException;
import io.octant.quantization.mapform.ConfigurationException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class FailureTest {
  @Test
  void tellsWhatACallerCanDo() {
    assertKind(
        Kind.USAGE,
        new ConfigurationException("qconfig"),
        new ExecutorException("differ"),
        new OutputException("a file"),
        new OutputExistsException("exists"));
    assertKind(
        Kind.INPUT,
        new OnnxException("node"),
        new DataException("column"),
        new GraphException("shape"),
        new UnsupportedKernelException("no kernel"),
        new OctantException("Cannot run Conv: 3 channels, expected 4"));
    assertKind(Kind.GATE, new GateException("accuracy"));
    assertKind(
        Kind.OTHER,
        new OutputUnavailableException("in use"),
        new StorageException("data", new ConnectException("refused")),
        new RunException("digest"),
        new NativeException("no library"),
        new SparkException("Job aborted"),
        new IllegalStateException("a fault"),
        new OutOfMemoryError("heap"),
        new StackOverflowError(),
        new NoSuchMethodError("m"));
  }

  @Test
  void looksThroughWhatSparkWrapsAroundATasksFailure() {
    Throwable task = new DataException("Cannot read row 17");
    Failure failure = Failure.of(new SparkException("Job aborted", new RuntimeException(task)));
    assertThat(failure).isEqualTo(new Failure(Kind.INPUT, "Cannot read row 17", task));

    Failure memory =
        Failure.of(new SparkException("Job aborted", new OutOfMemoryError("Java heap space")));
    assertThat(memory.thrown()).isInstanceOf(OutOfMemoryError.class);
    assertThat(memory.message()).contains("out of memory (Java heap space)");
  }

  @Test
  void theOutermostOfWhatOctantReportsCounts() {
    Throwable inner = new DataException("inner");
    assertThat(Failure.of(new RunException("outer", inner)).message()).isEqualTo("outer");
  }

  @Test
  void causesThatGoRoundEnd() {
    IOException first = new IOException("first");
    IOException second = new IOException("second", first);
    first.initCause(second);
    assertThat(Failure.of(first).message()).isEqualTo("IOException: first");
  }

  @Test
  void aMessageIsOneLine() {
    Failure spark = Failure.of(new SparkException("Job aborted\n\tat x\nDriver stacktrace:", null));
    assertThat(spark.message()).isEqualTo("Cannot complete the Spark job: Job aborted");
    assertThat(Failure.of(new IOException("\n disk gone \n")).message())
        .isEqualTo("IOException: disk gone");
    assertThat(Failure.of(new NullPointerException()).message())
        .isEqualTo("NullPointerException: no message");
  }

  private static void assertKind(Kind kind, Throwable... thrown) {
    for (Throwable t : List.of(thrown)) {
      assertThat(Failure.of(t).kind()).as(t.toString()).isEqualTo(kind);
    }
  }
}
