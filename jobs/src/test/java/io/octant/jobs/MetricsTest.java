package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job does is read back from a sink of Spark's metrics system. */
class MetricsTest {
  @TempDir Path folder;

  @Test
  void aJobShowsItsSamplesItsTimesItsMemoryAndItsSessions() throws IOException {
    // The meters are those of this process, in which other tests may have run.
    Metrics once = run("once", "--master", "local[2]", "--set", "spark.task.cpus=2");
    Metrics again = run("again", "--master", "local[1]");
    assertThat(again.value("samples") - once.value("samples")).isEqualTo(64 + 32);
    assertThat(again.value("bytesRead") - once.value("bytesRead"))
        .isEqualTo((64 + 32) * 28 * 28 * Float.BYTES);
    assertThat(again.value("readSeconds")).isPositive();
    assertThat(again.value("computeSeconds")).isPositive();
    assertThat(again.value("mergeSeconds")).isPositive();
    assertThat(again.value("nativeBytesPeak"))
        .isPositive()
        .isGreaterThanOrEqualTo(again.value("nativeBytes"));
    // Two tasks calibrate, one compares layers on two graphs, two validate on two graphs each, one
    // reads back on three.
    for (String lookups : List.of("sessionCacheMisses", "sessionCacheHits")) {
      assertThat(again.value(lookups)).isGreaterThan(once.value(lookups));
    }
    assertThat(
            again.value("sessionCacheMisses")
                + again.value("sessionCacheHits")
                - once.value("sessionCacheMisses")
                - once.value("sessionCacheHits"))
        .isEqualTo(2 + 2 + 2 * 2 + 3);
    JsonNode memory = report("again").get("memory");
    assertThat(memory.get("native").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(again.value("nativeBytesPeak"));
    assertThat(memory.get("resident").asLong()).isGreaterThan(memory.get("native").asLong());
    assertThat(report("again").at("/executors/0/memory")).isEqualTo(memory);
    assertThat(again.value("sessions")).as("the run has closed what it opened").isZero();

    // Tasks with cores that they do not use.
    String warning =
        "spark.task.cpus = 2: a task computes on one core, expected 1; of every 2 cores 1 did nothing";
    assertThat(report("once").get("warnings")).anyMatch(w -> w.asText().equals(warning));
    assertThat(report("again").get("warnings")).noneMatch(w -> w.asText().equals(warning));
    assertThat(folder.resolve("once/calibration/state.octcal"))
        .hasSameBinaryContentAs(folder.resolve("again/calibration/state.octcal"));
  }

  private JsonNode report(String output) throws IOException {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(folder.resolve(output).resolve("result.json")));
  }

  private Metrics run(String output, String... arguments) throws IOException {
    Path sink = Files.createDirectories(folder.resolve("metrics-" + output));
    RecordedConsole console = new RecordedConsole();
    List<String> words =
        new ArrayList<>(List.of("quantize", "../conf/examples/digits-mobilenet.conf", "-o"));
    words.add(folder.resolve(output).toString());
    words.addAll(List.of(arguments));
    for (String setting :
        List.of(
            "data.partitions=2",
            "data.calibration.limit=64",
            "data.evaluation.limit=32",
            "spark.metrics.conf.*.sink.csv.class=org.apache.spark.metrics.sink.CsvSink",
            "spark.metrics.conf.*.sink.csv.directory=" + sink)) {
      words.addAll(List.of("--set", setting));
    }
    int code = CommandLineRun.of(console.console(), words.toArray(String[]::new)).exitCode();
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
