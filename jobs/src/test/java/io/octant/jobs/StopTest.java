package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job in a process of its own that is told to end, as a scheduler or Ctrl-C does. */
class StopTest {

  @TempDir Path folder;

  @Test
  void aJobThatIsStoppedLeavesItsReportAndNoClaim() throws Exception {
    Path log = folder.resolve("log");
    Path out = folder.resolve("out");
    // One sample at a time takes long enough to be stopped.
    Process job =
        JobProcess.start(
            log,
            List.of(
                "quantize",
                "../conf/examples/digits-resnet.conf",
                "--master",
                "local[1]",
                "--set",
                "data.batch=1",
                "--set",
                "output.path=" + out));
    try {
      JobProcess.await(log, job, () -> Files.readString(log).contains("prepare"));
      job.destroy();
      assertThat(job.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      job.destroyForcibly();
    }

    assertThat(job.exitValue()).as(Files.readString(log)).isEqualTo(143);
    List<String> messages =
        Files.readAllLines(log).stream().filter(l -> l.contains("octant: ")).toList();
    assertThat(messages)
        .containsExactly("octant: Cannot complete the run: told to stop, nothing is published");
    try (Stream<Path> left = Files.list(out)) {
      assertThat(left.map(f -> f.getFileName().toString())).containsExactly("result.json");
    }
    JsonNode report = new ObjectMapper().readTree(out.resolve("result.json").toFile());
    assertThat(report.get("status").textValue()).isEqualTo("failed");
    assertThat(report.get("step").textValue()).isEqualTo("quantize");
    assertThat(report.get("error").get("message").textValue()).contains("told to stop");
  }
}
