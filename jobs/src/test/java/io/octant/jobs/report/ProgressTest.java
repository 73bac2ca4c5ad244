package io.octant.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.jobs.console.Console.Terminal;
import io.octant.pipeline.output.Phase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Progress of real Spark jobs. */
class ProgressTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicLong nanos = new AtomicLong();
  private JavaSparkContext spark;

  @BeforeEach
  void start() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("progress")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "localhost"));
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  @Test
  void printsALineAPhaseWithoutATerminal() {
    try (Progress progress = progress(Terminal.PLAIN)) {
      progress.busy("nothing yet");
      progress.started(Phase.PREPARE);
      progress.busy("importing m.onnx (91 MB)");
      nanos.addAndGet(1_500_000_000L);
      progress.finished(Phase.PREPARE, 1.5);
      calibrate(progress);
      progress.finished(Phase.CALIBRATE, 2);
    }

    assertThat(text().lines())
        .containsExactly(
            "prepare    importing m.onnx (91 MB)",
            "prepare    1.5 s",
            "calibrate  [==============================] 3/3 tasks, 2.0 s");
  }

  @Test
  void redrawsALineOnATerminal() {
    try (Progress progress = progress(Terminal.INTERACTIVE)) {
      calibrate(progress);
      progress.finished(Phase.CALIBRATE, 2);
    }

    assertThat(text()).contains("\rcalibrate  0.0 s", "0/3 tasks", "1/3 tasks", "2/3 tasks");
    assertThat(text()).endsWith("3/3 tasks, 2.0 s" + System.lineSeparator());
    assertThat(text().chars().filter(c -> c == '\n')).hasSize(1);
  }

  @Test
  void endsTheLineOfAPhaseThatFails() {
    try (Progress progress = progress(Terminal.INTERACTIVE)) {
      progress.started(Phase.CONVERT);
    }

    assertThat(text()).endsWith(System.lineSeparator());
  }

  @Test
  void showsThatALongPhaseIsAlive() {
    try (Progress progress = progress(Terminal.PLAIN)) {
      progress.started(Phase.CALIBRATE);
      nanos.addAndGet(10_000_000_000L);
      runJob();
    }

    assertThat(text().lines())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("calibrate  [")
        .contains("/3");
  }

  @Test
  void saysWhatAPhaseDoesWhenNothingElseHappens() {
    try (Progress progress = progress(Terminal.PLAIN)) {
      progress.started(Phase.PREPARE);
      progress.doing("looking through the calibration data");
      nanos.addAndGet(9_000_000_000L);
      progress.tick();
      nanos.addAndGet(2_000_000_000L);
      progress.tick();
      progress.finished(Phase.PREPARE, 11);
      progress.tick();
    }

    assertThat(text().lines())
        .containsExactly(
            "prepare    looking through the calibration data, 11.0 s", "prepare    11.0 s");
  }

  @Test
  void tellsSamplesASecondAndTheTimeLeft() {
    try (Progress progress = progress(Terminal.INTERACTIVE)) {
      progress.started(Phase.CALIBRATE);
      progress.expects(3000);
      nanos.addAndGet(40_000_000_000L);
      runJob();
      progress.finished(Phase.CALIBRATE, 40);
    }

    assertThat(text())
        .contains(
            "0/3 tasks, 40.0 s\r",
            "1/3 tasks, 40.0 s, about 25 samples/s, about 2 min left",
            "2/3 tasks, 40.0 s, about 50 samples/s, about 20 s left ",
            "3/3 tasks, 40.0 s, about 75 samples/s");
  }

  private Progress progress(Terminal terminal) {
    Progress progress =
        new Progress(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, nanos::get);
    spark.sc().addSparkListener(progress);
    return progress;
  }

  /**
   * Runs one job of the phase and one of Spark's own; what Spark has to tell has been told then.
   */
  private void calibrate(Progress progress) {
    progress.started(Phase.CALIBRATE);
    runJob();
    nanos.addAndGet(2_000_000_000L);
  }

  private void runJob() {
    spark.parallelize(List.of(1, 2, 3, 4, 5), 5).count();
    spark.setJobDescription(Phase.CALIBRATE.title());
    spark.parallelize(List.of(1, 2, 3), 3).count();
    spark.setJobDescription(null);
    // Stopping delivers what Spark's listener thread still has in its queue.
    spark.stop();
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
