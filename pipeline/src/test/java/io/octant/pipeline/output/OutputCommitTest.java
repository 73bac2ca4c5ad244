package io.octant.pipeline.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.execution.Sha256;
import io.octant.pipeline.output.OutputCommit.IfPresent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputCommitTest {
  private final Configuration hadoop = FaultyFileSystem.configuration();

  @TempDir Path dir;
  private Path out;

  @BeforeEach
  void place() {
    out = dir.resolve("out");
  }

  @AfterEach
  void noFaultsLeft() {
    FaultyFileSystem.CHANGES_LEFT.set(-1);
  }

  @Test
  void publishesFilesAndAManifestThatVouchesForThem() throws IOException {
    run("one", IfPresent.REFUSE);

    assertThat(names(out))
        .containsExactly("calibration", "manifest.json", "model.int8.onnx", "result.json");
    assertThat(names(dir)).containsExactly("out");
    Manifest manifest = Manifest.fromBytes(Files.readAllBytes(out.resolve("manifest.json")));
    assertThat(manifest.files())
        .containsExactly(
            new Manifest.File("calibration/state.bin", 9, Sha256.of("state one".getBytes(UTF_8))),
            new Manifest.File("model.int8.onnx", 9, Sha256.of("model one".getBytes(UTF_8))));
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
    assertThat(names(out)).containsExactly("a", "manifest.json");
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
    Files.writeString(out.resolve("stale"), "of the old output");
    run("two", IfPresent.REPLACE);
    assertThat(readable()).isEqualTo("two");
    assertThat(names(out)).doesNotContain("stale");
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
    assertThatThrownBy(
            () -> OutputCommit.begin(hadoop, "faulty:" + out + "/below", IfPresent.REFUSE))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("Cannot write output: faulty:" + out + "/below");
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
  void anyOneFailureLeavesTheOldOutputOrTheNewOne() throws IOException {
    int failures = 0;
    for (int change = 0; ; change++) {
      run("old", IfPresent.REPLACE);
      FaultyFileSystem.CHANGES_LEFT.set(change);
      boolean failed = fails("new", IfPresent.REPLACE);
      boolean injected = FaultyFileSystem.CHANGES_LEFT.get() < 0;
      FaultyFileSystem.CHANGES_LEFT.set(-1);
      if (!injected) {
        break;
      }
      failures++;
      assertThat(readable()).as("change %d", change).isEqualTo(failed ? "old" : "new");
      assertThat(names(dir).stream().filter(n -> n.contains("staging"))).isEmpty();
    }
    // mkdirs; three files; aside, in place, manifest written and renamed; cleaning up.
    assertThat(failures).isEqualTo(9);
  }

  @Test
  void anyOneFailureOfAFirstRunLeavesNoOutput() throws IOException {
    for (int change = 0; change < 7; change++) {
      FaultyFileSystem.CHANGES_LEFT.set(change);
      assertThat(fails("new", IfPresent.REFUSE)).isTrue();
      FaultyFileSystem.CHANGES_LEFT.set(-1);
      assertThat(names(dir)).as("change %d", change).isEmpty();
    }
    run("new", IfPresent.REFUSE);
  }

  @Test
  void aProcessThatDiedWhileReplacingIsUndoneByTheNextRun() throws IOException {
    run("old", IfPresent.REFUSE);
    Files.move(out, dir.resolve(".out.previous"));
    assertThatThrownBy(() -> run("new", IfPresent.REFUSE)).hasMessageContaining("out exists");
    assertThat(readable()).isEqualTo("old");

    Files.move(out, dir.resolve(".out.previous"));
    Files.createDirectories(out);
    Files.writeString(out.resolve("model.int8.onnx"), "model new, no manifest yet");
    assertThatThrownBy(() -> run("new", IfPresent.REFUSE)).hasMessageContaining("out exists");
    assertThat(readable()).isEqualTo("old");
    assertThat(names(dir)).containsExactly("out");
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
    return "faulty:" + out;
  }

  private void run(String content, IfPresent ifPresent) {
    try (OutputCommit commit = OutputCommit.begin(hadoop, uri(), ifPresent)) {
      commit.write("model.int8.onnx", ("model " + content).getBytes(UTF_8));
      commit.write("calibration/state.bin", ("state " + content).getBytes(UTF_8));
      commit.writeUnlisted("result.json", ("times " + content).getBytes(UTF_8));
      commit.publish(Map.of("model", "abc"), Map.of("octant", "1"));
    }
  }

  private boolean fails(String content, IfPresent ifPresent) {
    try {
      run(content, ifPresent);
      return false;
    } catch (OutputException e) {
      assertThat(e).hasMessageContaining("injected failure");
      return true;
    }
  }

  /** What a reader sees who trusts the manifest alone; fails if it vouches for something else. */
  private String readable() throws IOException {
    Manifest manifest = Manifest.fromBytes(Files.readAllBytes(out.resolve("manifest.json")));
    for (Manifest.File f : manifest.files()) {
      byte[] bytes = Files.readAllBytes(out.resolve(f.path()));
      assertThat(bytes).hasSize((int) f.bytes());
      assertThat(Sha256.of(bytes)).isEqualTo(f.sha256());
    }
    return Files.readString(out.resolve("model.int8.onnx")).substring("model ".length());
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }
}
