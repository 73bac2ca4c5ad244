package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job in a process of its own that is killed without a word, and the one that comes after it. */
@Tag("slow")
class KillTest {
  private static final int DAYS = 6;

  @TempDir Path folder;

  private final RecordedConsole console = new RecordedConsole();

  @Test
  void aJobAfterOneThatWasKilledComputesWhatIsMissing() throws Exception {
    for (int day = 0; day < DAYS; day++) {
      Path of = Files.createDirectories(folder.resolve("data/day=" + day));
      Files.copy(Path.of("../examples/digits/train.parquet"), of.resolve("a.parquet"));
    }
    Path log = folder.resolve("log");
    List<String> command = command("out", "--set", "calibration.states=" + states());
    Process job = JobProcess.start(log, command);
    try {
      JobProcess.await(log, job, () -> kept() >= 2);
    } finally {
      // SIGKILL: no hook of the process runs.
      job.destroyForcibly();
    }
    assertThat(job.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(job.exitValue()).isEqualTo(137);
    int left = kept();
    assertThat(left).isBetween(2, DAYS - 1);

    run(command);
    JsonNode states = report("out").get("states");
    assertThat(states.get("reused").asInt()).isEqualTo(left);
    assertThat(states.get("computed").asInt()).isEqualTo(DAYS - left);
    assertThat(states.get("damaged")).isEmpty();

    run(command("scratch"));
    assertThat(folder.resolve("out/manifest.json"))
        .hasSameBinaryContentAs(folder.resolve("scratch/manifest.json"));
  }

  private Path states() {
    return folder.resolve("states");
  }

  private int kept() throws IOException {
    if (!Files.exists(states())) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(states())) {
      return (int) all.filter(f -> f.toString().endsWith(".octsplit")).count();
    }
  }

  private void run(List<String> command) {
    assertThat(CommandLineRun.of(console.console(), command.toArray(String[]::new)).exitCode())
        .as(console.err())
        .isZero();
  }

  private JsonNode report(String output) throws IOException {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(folder.resolve(output).resolve("result.json")));
  }

  /** One core and one sample at a time: there is time to be killed. */
  private List<String> command(String output, String... more) {
    List<String> all =
        new ArrayList<>(List.of("calibrate", "../conf/examples/digits-resnet.conf", "-o"));
    all.add(folder.resolve(output).toString());
    all.addAll(List.of("--master", "local[1]", "--set", "data.batch=1"));
    all.addAll(List.of("--set", "data.calibration.path=" + folder.resolve("data")));
    all.addAll(List.of("--set", "data.calibration.limit=100000"));
    all.addAll(List.of(more));
    return all;
  }
}
