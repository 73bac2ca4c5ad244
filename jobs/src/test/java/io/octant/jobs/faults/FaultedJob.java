package io.octant.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.jobs.cluster.EventLog;
import io.octant.jobs.cluster.SparkProcess;
import io.octant.jobs.cluster.StageProgress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A job that quantizes digits-resnet, in a process of its own, and is disturbed. */
final class FaultedJob implements AutoCloseable {
  /** Classes whose call sites the stages of a phase have. */
  static final String CALIBRATION = "(?:CalibrationJob|StateFold)";

  static final String VALIDATION = "ValidationJob";

  private static final List<String> FILES =
      List.of("manifest.json", "model.int8.onnx", "qparams.json", "calibration/state.octcal");
  private static final List<String> FIGURES = List.of("samples", "state", "accuracy", "outputs");

  private final FaultBench bench;
  private final SparkProcess process;
  private final Path output;
  private final Path events;

  private FaultedJob(FaultBench bench, SparkProcess process, Path output, Path events) {
    this.bench = bench;
    this.process = process;
    this.output = output;
    this.events = events;
  }

  /** What the job is told. */
  static final class Setup {
    private final FaultBench bench;
    private final Path folder;
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private final Map<String, Object> properties = new LinkedHashMap<>();
    private Path output;

    Setup(FaultBench bench, Path folder) throws IOException {
      this.bench = bench;
      this.folder = Files.createDirectories(folder);
      this.output = folder.resolve("out");
      data(bench.data());
      set("data.batch", 8).set("data.partitions", FaultBench.DAYS);
      set("data.evaluation.limit", 100_000).set("data.calibration.limit", 100_000);
      property("spark.master", "local[1]");
      property("spark.ui.enabled", false);
      property("spark.hadoop.fs.faulty.impl", FaultyFileSystem.class.getName());
      property("spark.executor.extraClassPath", bench.classes());
    }

    /** Two executors of one core, and reading that takes its time. */
    Setup onCluster() throws IOException {
      property("spark.master", bench.cluster().url());
      property("spark.executor.memory", "700m");
      property("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
      // Both take part from the first task on.
      property("spark.scheduler.minRegisteredResourcesRatio", 1);
      property("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s");
      return slow(500);
    }

    /** Opening a file's data takes so long. */
    Setup slow(int millis) {
      return property("spark.hadoop." + FaultyFileSystem.DELAY_MILLIS, millis);
    }

    Setup data(Path data) {
      set("data.calibration.path", "faulty://" + data.resolve("calibration"));
      return set("data.evaluation.path", "faulty://" + data.resolve("evaluation"));
    }

    Setup output(Path folderOfIt) {
      this.output = folderOfIt;
      return this;
    }

    Setup set(String key, Object value) {
      settings.put(key, value);
      return this;
    }

    Setup property(String key, Object value) {
      properties.put(key, value);
      return this;
    }

    FaultedJob start() throws IOException {
      Path events = Files.createTempDirectory(folder, "events-");
      List<String> options = new ArrayList<>(EventLog.options(events));
      properties.forEach((key, value) -> options.addAll(List.of("--conf", key + "=" + value)));
      Path configuration = Path.of("../conf/examples/digits-resnet.conf").toRealPath();
      List<String> arguments =
          new ArrayList<>(List.of("--verbose", "quantize", configuration.toString()));
      boolean faulty = properties.containsKey("spark.hadoop." + FaultyFileSystem.FULL);
      set("output.path", (faulty ? "faulty://" : "") + output);
      settings.forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
      return new FaultedJob(
          bench,
          SparkProcess.submit(folder, List.of(bench.classes()), options, arguments),
          output,
          events);
    }
  }

  /** The process of the driver. */
  SparkProcess process() {
    return process;
  }

  /** Waits until so many tasks of a phase have ended. */
  StageProgress awaitTasks(String phase, int finished) throws Exception {
    process.await(
        finished + " tasks of " + phase,
        log -> StageProgress.of(log, phase).filter(p -> p.finished() >= finished).isPresent());
    return progress(phase).orElseThrow();
  }

  Optional<StageProgress> progress(String phase) throws IOException {
    return StageProgress.of(process.log(), phase);
  }

  /** Waits for the end. */
  void requireCode(int... codes) throws Exception {
    assertThat(codes).as(process.log()).contains(process.exitCode());
  }

  /** Waits for the end, which must be that of a run that nothing disturbed. */
  Outcome requireSameBytes() throws Exception {
    requireCode(0);
    return requireExpectedOutput();
  }

  Outcome requireExpectedOutput() throws IOException {
    for (String file : FILES) {
      assertThat(output.resolve(file)).hasSameBinaryContentAs(bench.expected().resolve(file));
    }
    JsonNode expected = report(bench.expected());
    JsonNode report = report();
    FIGURES.forEach(name -> assertThat(report.get(name)).as(name).isEqualTo(expected.get(name)));
    return Outcome.SAME_BYTES;
  }

  /**
   * Waits for the end, which must be an error with these words in its message, nothing but its
   * report being left.
   */
  Outcome requireError(int code, String... words) throws Exception {
    requireMessage(code, words);
    requireNothingPublished();
    return Outcome.CLEAR_ERROR;
  }

  /** Waits for the end, which must be an error with these words in its message. */
  void requireMessage(int code, String... words) throws Exception {
    requireCode(code);
    List<String> messages =
        process.log().lines().filter(line -> line.startsWith("octant: Cannot ")).toList();
    assertThat(messages).as(process.log()).hasSize(1);
    assertThat(messages.get(0)).contains(words);
  }

  /** The expected result is published, whatever of the copies of its files is there. */
  void requireManifest() {
    String manifest = FILES.get(0);
    assertThat(output.resolve(manifest)).hasSameBinaryContentAs(bench.expected().resolve(manifest));
  }

  /** No file of a result is in its place; below {@code .octant} is what the next run clears. */
  void requireNothingPublished() throws IOException {
    if (!Files.exists(output)) {
      return;
    }
    try (Stream<Path> left = Files.list(output)) {
      assertThat(left.map(f -> f.getFileName().toString())).isSubsetOf(".octant", "result.json");
    }
    if (Files.exists(output.resolve("result.json"))) {
      assertThat(report().get("status").asText()).isEqualTo("failed");
    }
  }

  /** What the job says about itself. */
  JsonNode report() throws IOException {
    return report(output);
  }

  private static JsonNode report(Path of) throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(of.resolve("result.json")));
  }

  /** What Spark has recorded of it; once it has ended. */
  EventLog events() throws IOException {
    return EventLog.read(events);
  }

  @Override
  public void close() {
    process.close();
  }
}
