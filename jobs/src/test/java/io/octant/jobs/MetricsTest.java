package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job does is read back from a sink of Spark's metrics system. */
class MetricsTest {
  @TempDir Path folder;

  @Test
  void aJobCountsItsSamplesItsReadingAndItsSessions() throws IOException {
    // The meters are those of this process, in which other tests may have run.
    Metrics once = run("once");
    Metrics again = run("again");
    assertThat(again.value("samples") - once.value("samples")).isEqualTo(64 + 32);
    assertThat(again.value("bytesRead") - once.value("bytesRead"))
        .isEqualTo((64 + 32) * 28 * 28 * Float.BYTES);
    assertThat(again.value("readSeconds")).isPositive();
    assertThat(again.value("computeSeconds")).isPositive();
    assertThat(again.value("mergeSeconds")).isPositive();
    assertThat(again.value("nativeBytesPeak"))
        .isPositive()
        .isGreaterThanOrEqualTo(again.value("nativeBytes"));
    // Two tasks calibrate, two validate on two graphs each, one reads back on three.
    for (String lookups : List.of("sessionCacheMisses", "sessionCacheHits")) {
      assertThat(again.value(lookups)).isGreaterThan(once.value(lookups));
    }
    assertThat(
            again.value("sessionCacheMisses")
                + again.value("sessionCacheHits")
                - once.value("sessionCacheMisses")
                - once.value("sessionCacheHits"))
        .isEqualTo(2 + 2 * 2 + 3);
    assertThat(again.value("sessions")).as("the run has closed what it opened").isZero();
  }

  private Metrics run(String output) throws IOException {
    Path sink = Files.createDirectories(folder.resolve("metrics-" + output));
    RecordedConsole console = new RecordedConsole();
    int code =
        CommandLineRun.of(
                console.console(),
                "quantize",
                "../conf/examples/digits-resnet.conf",
                "-o",
                folder.resolve(output).toString(),
                "--master",
                "local[1]",
                "--set",
                "data.partitions=2",
                "--set",
                "data.calibration.limit=64",
                "--set",
                "data.evaluation.limit=32",
                "--set",
                "spark.metrics.conf.*.sink.csv.class=org.apache.spark.metrics.sink.CsvSink",
                "--set",
                "spark.metrics.conf.*.sink.csv.directory=" + sink)
            .exitCode();
    assertThat(code).as(console.err()).isZero();
    return new Metrics(sink);
  }

  /** What a sink has written last. */
  private record Metrics(Path sink) {
    double value(String metric) throws IOException {
      String end = ".driver.plugin.io.octant.pipeline.OctantPlugin." + metric + ".csv";
      try (Stream<Path> files = Files.list(sink)) {
        List<Path> found = files.filter(file -> file.toString().endsWith(end)).toList();
        assertThat(found).as(metric).hasSize(1);
        List<String> lines = Files.readAllLines(found.get(0));
        return Double.parseDouble(lines.get(lines.size() - 1).split(",", -1)[1]);
      }
    }
  }
}
