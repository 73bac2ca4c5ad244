package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    Process job = start(log, out);
    try {
      await(log, job, "prepare");
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
    assertThat(report.get("error").get("message").textValue()).contains("told to stop");
  }

  private Process start(Path log, Path out) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // Spark needs the packages that are opened to it.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(a -> a.startsWith("--add-") || a.startsWith("-XX:+IgnoreUnrecognized"))
        .forEach(command::add);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("quantize", "../conf/examples/digits-resnet.conf"));
    // One sample at a time takes long enough to be stopped.
    command.addAll(List.of("--master", "local[1]", "--set", "data.batch=1"));
    command.addAll(List.of("--set", "output.path=" + out));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static void await(Path log, Process job, String text) throws Exception {
    while (job.isAlive() && !Files.readString(log).contains(text)) {
      Thread.sleep(20);
    }
    assertThat(job.isAlive()).as(Files.readString(log)).isTrue();
  }
}
