package io.octant.pipeline.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.bytes.Digest;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputCommitTest {
  private final Configuration hadoop = new Configuration(false);

  @TempDir Path dir;
  private Path out;

  @BeforeEach
  void place() {
    out = dir.resolve("out");
  }

  @Test
  void publishesFilesAndAManifestThatVouchesForThem() throws IOException {
    run("one", IfPresent.REFUSE);

    assertThat(names(out))
        .containsExactly(
            ".octant", "calibration", "manifest.json", "model.int8.onnx", "result.json");
    assertThat(names(out.resolve(".octant"))).containsExactly("results");
    assertThat(names(dir)).containsExactly("out");
    Manifest manifest = Manifest.fromBytes(Files.readAllBytes(out.resolve("manifest.json")));
    assertThat(manifest.files())
        .containsExactly(
            new Manifest.File(
                "calibration/state.bin", 9, Digest.of("state one".getBytes(UTF_8)).hex()),
            new Manifest.File("model.int8.onnx", 9, Digest.of("model one".getBytes(UTF_8)).hex()));
    assertThat(manifest.digests()).containsExactly(Map.entry("model", "abc"));
    assertThat(readable()).isEqualTo("one");
  }

  @Test
  void equalRunsHaveEqualManifests() throws IOException {
    run("one", IfPresent.REFUSE);
    byte[] first = Files.readAllBytes(out.resolve("manifest.json"));
    run("one", IfPresent.REPLACE);
    assertThat(Files.readAllBytes(out.resolve("manifest.json"))).isEqualTo(first);
  }

  @Test
  void writesToTheLocalDiskWithoutChecksumFiles() throws IOException {
    try (OutputCommit commit =
        OutputCommit.begin(new Configuration(false), out.toString(), IfPresent.REFUSE)) {
      commit.write("a", new byte[3]);
      commit.publish(Map.of(), Map.of());
    }
    assertThat(names(out)).containsExactly(".octant", "a", "manifest.json");
  }

  @Test
  void refusesAnOutputThatExists() throws IOException {
    run("one", IfPresent.REFUSE);
    assertThatThrownBy(() -> run("two", IfPresent.REFUSE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("out exists, expected a new directory");
    assertThat(readable()).isEqualTo("one");
    assertThat(names(dir)).containsExactly("out");
  }

  @Test
  void replacesAnOutput() throws IOException {
    run("one", IfPresent.REFUSE);
    Files.writeString(out.resolve("notes"), "of a person");
    run("two", IfPresent.REPLACE);
    assertThat(readable()).isEqualTo("two");
    assertThat(names(out)).contains("notes");
    assertThat(names(dir)).containsExactly("out");
  }

  @Test
  void neverReplacesWhatIsNoOutput() throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("thesis.tex"), "years of work");
    for (IfPresent ifPresent : IfPresent.values()) {
      assertThatThrownBy(() -> run("two", ifPresent))
          .isInstanceOf(OutputException.class)
          .hasMessageContaining("holds thesis.tex but no manifest.json");
    }
    Files.writeString(out.resolve("manifest.json"), "{\"files\": []}");
    assertThatThrownBy(() -> run("two", IfPresent.REPLACE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("Cannot read manifest: format");
    assertThat(out.resolve("thesis.tex")).exists();
  }

  @Test
  void refusesAPlaceThatIsNotWritable() throws IOException {
    Files.writeString(out, "a file");
    assertThatThrownBy(() -> run("one", IfPresent.REPLACE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("is a file, expected a directory");
    assertThatThrownBy(() -> OutputCommit.begin(hadoop, out + "/below", IfPresent.REFUSE))
        .isExactlyInstanceOf(OutputException.class)
        .hasMessageContaining("Cannot write output: file:" + out + "/below");
    assertThatThrownBy(() -> OutputCommit.begin(hadoop, "nofs://host/x", IfPresent.REFUSE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("No FileSystem for scheme \"nofs\"");
  }

  @Test
  void closingWithoutPublishingLeavesNothing() throws IOException {
    try (OutputCommit commit = OutputCommit.begin(hadoop, uri(), IfPresent.REFUSE)) {
      commit.write("model.int8.onnx", new byte[10]);
    }
    assertThat(names(dir)).isEmpty();
  }

  @Test
  void aLaterRunIsRefusedWhileOneIsAtTheOutput() throws IOException {
    try (OutputCommit first = OutputCommit.begin(hadoop, uri(), IfPresent.REFUSE)) {
      for (IfPresent ifPresent : IfPresent.values()) {
        assertThatThrownBy(() -> run("two", ifPresent))
            .isInstanceOf(OutputUnavailableException.class)
            .hasMessageContaining("out is being written by run ")
            .hasMessageContaining("expected that run to end first");
      }
      // Its report does not get in the way of the first.
      RunReport report = new RunReport(Map.of()).failed(new IllegalStateException(), "in use");
      OutputCommit.recordFailure(hadoop, uri(), report);
      assertThat(dir.resolve("out.failed/result.json")).hasBinaryContent(report.toBytes());

      first.write("model.int8.onnx", "model one".getBytes(UTF_8));
      first.publish(Map.of(), Map.of());
    }
    assertThat(readable()).isEqualTo("one");
    assertThat(names(dir)).containsExactly("out");
  }

  @Test
  void aClaimOfAProcessThatHasEndedIsNoObstacle() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Path claims = Files.createDirectories(out.resolve(".octant/claims"));
    RunIdentity self = RunIdentity.create();
    RunIdentity dead = new RunIdentity("dead", self.host(), ended.pid(), "2020", "2020");
    Files.write(claims.resolve("dead.claim"), dead.claim(true));
    run("one", IfPresent.REFUSE);
    assertThat(readable()).isEqualTo("one");

    RunIdentity elsewhere = new RunIdentity("far", "another.host", 1, "2020", "2020");
    Files.createDirectories(claims);
    Path claim = Files.write(claims.resolve("far.claim"), elsewhere.claim(true));
    assertThatThrownBy(() -> run("two", IfPresent.REPLACE)).hasMessageContaining("another.host");
    Files.setLastModifiedTime(
        claim, FileTime.from(Instant.now().minusSeconds(Lease.LIFETIME_SECONDS + 1)));
    run("two", IfPresent.REPLACE);
    assertThat(readable()).isEqualTo("two");
  }

  @Test
  void aRunThatIsStoppedPublishesNothing() throws IOException {
    try (OutputCommit commit = OutputCommit.begin(hadoop, uri(), IfPresent.REFUSE)) {
      commit.write("model.int8.onnx", new byte[10]);
      assertThat(commit.cancel()).isTrue();
      assertThatThrownBy(() -> commit.publish(Map.of(), Map.of()))
          .hasMessageContaining("the run was stopped");
    }
    assertThat(names(dir)).isEmpty();
  }

  @Test
  void anOutputOfTheFirstFormatIsReadAndReplaced() throws IOException {
    Files.createDirectories(out);
    byte[] model = "model old".getBytes(UTF_8);
    Files.write(out.resolve("model.int8.onnx"), model);
    Files.writeString(out.resolve("model.extra"), "of the old output");
    Manifest manifest =
        new Manifest(
            "",
            List.of(
                new Manifest.File("model.int8.onnx", model.length, Digest.of(model).hex()),
                new Manifest.File(
                    "model.extra", 17, Digest.of("of the old output".getBytes(UTF_8)).hex())),
            new TreeMap<>(),
            new TreeMap<>());
    Files.write(out.resolve("manifest.json"), manifest.toBytes());
    assertThat(Files.readString(out.resolve("manifest.json"))).contains("\"version\" : 1");
    assertThat(PublishedOutput.read(hadoop, uri()).orElseThrow().manifest()).isEqualTo(manifest);

    run("one", IfPresent.REPLACE);
    assertThat(readable()).isEqualTo("one");
    assertThat(out.resolve("model.extra")).doesNotExist();
  }

  @Test
  void aReaderIsToldOfDamage() throws IOException {
    assertThat(PublishedOutput.read(hadoop, uri())).isEmpty();
    run("one", IfPresent.REFUSE);
    assertThat(PublishedOutput.read(hadoop, uri()).orElseThrow().report())
        .isEqualTo("times one".getBytes(UTF_8));
    Path held = Files.list(out.resolve(".octant/results")).findFirst().orElseThrow();
    Files.writeString(held.resolve("model.int8.onnx"), "model onf");
    assertThatThrownBy(() -> PublishedOutput.read(hadoop, uri()))
        .hasMessageContaining("model.int8.onnx was changed");
    Files.delete(held.resolve("model.int8.onnx"));
    assertThatThrownBy(() -> PublishedOutput.read(hadoop, uri()))
        .hasMessageContaining("model.int8.onnx is missing");
  }

  @Test
  void aManifestNamesNothingOutsideItsOutput() {
    for (String path : List.of("../x", "/etc/passwd", "a/../../b", "file:x", "a//b", "")) {
      String manifest =
          "{\"format\": \"octant-output\", \"version\": 2, \"folder\": \"f\","
              + " \"files\": [{\"path\": \"%s\"}]}".formatted(path);
      assertThatThrownBy(() -> Manifest.fromBytes(manifest.getBytes(UTF_8)))
          .hasMessageContaining("expected a relative path below it");
    }
  }

  @Test
  void whatAGateRefusedLiesBesideTheReportUntilTheNextResult() throws IOException {
    RunReport report = new RunReport(Map.of()).failed(new IllegalStateException(), "gate");
    Optional<byte[]> page = Optional.of("page of the failure".getBytes(UTF_8));
    Map<String, byte[]> rejected = Map.of("model.int8.onnx", "model bad".getBytes(UTF_8));
    OutputCommit.recordFailure(hadoop, uri(), report, page, rejected);
    assertThat(names(out)).containsExactly("rejected", "report.html", "result.json");
    assertThat(out.resolve("rejected/model.int8.onnx")).hasContent("model bad");
    OutputCommit.recordFailure(hadoop, uri(), report);
    assertThat(names(out)).containsExactly("result.json");

    OutputCommit.recordFailure(hadoop, uri(), report, page, rejected);
    run("one", IfPresent.REFUSE);
    assertThat(out.resolve("rejected")).doesNotExist();
    assertThat(out.resolve("report.html")).doesNotExist();
    OutputCommit.recordFailure(hadoop, uri(), report, page, rejected);
    assertThat(dir.resolve("out.failed/rejected/model.int8.onnx")).hasContent("model bad");
    assertThat(dir.resolve("out.failed/report.html")).hasContent("page of the failure");
    Files.writeString(dir.resolve("out.failed/notes"), "of a person");
    run("two", IfPresent.REPLACE);
    assertThat(names(dir.resolve("out.failed"))).containsExactly("notes");
  }

  @Test
  void theReportOfAFailureDisturbsNoOutput() throws IOException {
    RunReport report = new RunReport(Map.of()).failed(new IllegalStateException(), "no data");
    OutputCommit.recordFailure(hadoop, uri(), report);
    assertThat(out.resolve("result.json")).hasBinaryContent(report.toBytes());

    run("one", IfPresent.REFUSE);
    assertThat(readable()).isEqualTo("one");

    OutputCommit.recordFailure(hadoop, uri(), report);
    assertThat(readable()).isEqualTo("one");
    assertThat(out.resolve("result.json")).hasContent("times one");
    assertThat(dir.resolve("out.failed/result.json")).hasBinaryContent(report.toBytes());
  }

  private String uri() {
    return out.toString();
  }

  private void run(String content, IfPresent ifPresent) {
    try (OutputCommit commit = OutputCommit.begin(hadoop, uri(), ifPresent)) {
      commit.write("model.int8.onnx", ("model " + content).getBytes(UTF_8));
      commit.write("calibration/state.bin", ("state " + content).getBytes(UTF_8));
      commit.writeUnlisted("result.json", ("times " + content).getBytes(UTF_8));
      commit.publish(Map.of("model", "abc"), Map.of("octant", "1"));
    }
  }

  /** What a reader sees who trusts the manifest alone; fails if it vouches for something else. */
  private String readable() throws IOException {
    Manifest manifest = Manifest.fromBytes(Files.readAllBytes(out.resolve("manifest.json")));
    for (Manifest.File f : manifest.files()) {
      byte[] bytes = Files.readAllBytes(out.resolve(manifest.folder()).resolve(f.path()));
      assertThat(out.resolve(f.path())).hasBinaryContent(bytes);
      assertThat(bytes).hasSize((int) f.bytes());
      assertThat(Digest.of(bytes).hex()).isEqualTo(f.sha256());
    }
    return Files.readString(out.resolve("model.int8.onnx")).substring("model ".length());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }
}
