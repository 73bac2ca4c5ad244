package io.octant.jobs.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.jobs.cluster.StageProgress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A job that is disturbed, and how it must end. */
abstract class FaultedJob implements AutoCloseable {
  /** Classes whose call sites the stages of a phase have. */
  static final String CALIBRATION = "(?:CalibrationJob|StateFold)";

  static final String VALIDATION = "ValidationJob";

  static final List<String> FILES =
      List.of("manifest.json", "model.int8.onnx", "qparams.json", "calibration/state.octcal");
  private static final List<String> FIGURES = List.of("samples", "state", "accuracy", "outputs");

  private final Path expected;
  private final String output;

  /**
   * @param expected the output of a job that nothing disturbed
   * @param output a URI or a path
   */
  FaultedJob(Path expected, String output) {
    this.expected = expected;
    this.output = output;
  }

  /** Waits for the end. */
  abstract int exitCode() throws Exception;

  /** Its one message, once it has ended. */
  abstract String message() throws Exception;

  /** What is known about it, for those who look for what went wrong. */
  abstract String log() throws IOException;

  /** How far a phase is, if it has begun. */
  abstract Optional<StageProgress> progress(String phase) throws IOException;

  /** Whether it has not ended. */
  abstract boolean isRunning();

  /** Waits until so many tasks of a phase have ended; fails if the job ends before. */
  final StageProgress awaitTasks(String phase, int finished) throws Exception {
    for (int tries = 0; tries < 12_000; tries++) {
      boolean running = isRunning();
      Optional<StageProgress> now = progress(phase);
      if (now.filter(p -> p.finished() >= finished).isPresent()) {
        return now.get();
      }
      if (!running) {
        break;
      }
      Thread.sleep(10);
    }
    throw new AssertionError(
        "Not seen: " + finished + " tasks of " + phase + ", but " + progress(phase) + "\n" + log());
  }

  /** Waits for the end, which must be that of a run that nothing disturbed. */
  final Outcome requireSameBytes() throws Exception {
    assertThat(exitCode()).as(log()).isZero();
    return requireExpectedOutput();
  }

  final Outcome requireExpectedOutput() throws IOException {
    for (String file : FILES) {
      assertThat(output().resolve(file)).hasSameBinaryContentAs(expected.resolve(file));
    }
    JsonNode wanted = parse(Files.readAllBytes(expected.resolve("result.json")));
    JsonNode report = report();
    FIGURES.forEach(name -> assertThat(report.get(name)).as(name).isEqualTo(wanted.get(name)));
    return Outcome.SAME_BYTES;
  }

  /**
   * Waits for the end, which must be an error with these words in its message, nothing but its
   * report being left.
   */
  final Outcome requireError(int code, String... words) throws Exception {
    requireMessage(code, words);
    requireNothingPublished();
    return Outcome.CLEAR_ERROR;
  }

  /** Waits for the end, which must be an error with these words in its message. */
  final void requireMessage(int code, String... words) throws Exception {
    assertThat(exitCode()).as(log()).isEqualTo(code);
    assertThat(message()).startsWith("Cannot ").contains(words);
  }

  /** The expected result is published, whatever of the copies of its files is there. */
  final void requireManifest() {
    String manifest = FILES.get(0);
    assertThat(output().resolve(manifest)).hasSameBinaryContentAs(expected.resolve(manifest));
  }

  /** No file of a result is in its place; below {@code .octant} is what the next run clears. */
  final void requireNothingPublished() throws IOException {
    if (!Files.exists(output())) {
      return;
    }
    try (Stream<Path> left = Files.list(output())) {
      assertThat(left.map(f -> f.getFileName().toString()))
          .isSubsetOf(".octant", "report.html", "result.json");
    }
    if (Files.exists(output().resolve("result.json"))) {
      assertThat(report().get("status").asText()).isEqualTo("failed");
    }
  }

  /** What the job says about itself. */
  final JsonNode report() throws IOException {
    return parse(Files.readAllBytes(output().resolve("result.json")));
  }

  private Path output() {
    return Path.of(URI.create(output).getPath());
  }

  private static JsonNode parse(byte[] json) throws IOException {
    return new ObjectMapper().readTree(json);
  }

  @Override
  public abstract void close();
}
