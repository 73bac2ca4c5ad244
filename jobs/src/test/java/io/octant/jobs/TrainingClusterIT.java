package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.jobs.cluster.Signals;
import io.octant.jobs.cluster.SparkProcess;
import io.octant.jobs.cluster.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on a cluster of two workers: the bytes of one process, whatever happens meanwhile. */
@Tag("cluster")
class TrainingClusterIT {
  private static final List<String> FILES = List.of("model.int8.onnx", "checkpoint.safetensors");

  @TempDir Path folder;

  @Test
  void anExecutorThatIsKilledChangesNothing() throws Exception {
    try (StandaloneCluster cluster = new StandaloneCluster(folder.resolve("cluster")).up();
        SparkProcess disturbed = submit(cluster.url(), "disturbed")) {
      awaitCheckpoint(disturbed);
      Signals.send("KILL", cluster.executors().get(0));
      assertThat(disturbed.exitCode()).as(disturbed.log()).isZero();
    }
    try (SparkProcess alone = submit("local[1]", "alone")) {
      assertThat(alone.exitCode()).as(alone.log()).isZero();
    }
    for (String file : FILES) {
      assertThat(folder.resolve("disturbed").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("alone").resolve(file));
    }
    assertThat(report("disturbed").get("accuracy")).isEqualTo(report("alone").get("accuracy"));
  }

  @Test
  void aDriverThatIsKilledGoesOnFromItsCheckpoint() throws Exception {
    try (SparkProcess killed = submit("local[1]", "resumed")) {
      awaitCheckpoint(killed);
      killed.signal("KILL");
      assertThat(killed.exitCode()).isEqualTo(137);
    }
    try (SparkProcess resumed = submit("local[2]", "resumed")) {
      assertThat(resumed.exitCode()).as(resumed.log()).isZero();
    }
    assertThat(report("resumed").at("/training/resumedFrom").asText()).contains("/step-0");
    try (SparkProcess alone = submit("local[1]", "alone")) {
      assertThat(alone.exitCode()).as(alone.log()).isZero();
    }
    for (String file : FILES) {
      assertThat(folder.resolve("resumed").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("alone").resolve(file));
    }
  }

  private JsonNode report(String output) throws IOException {
    return new ObjectMapper()
        .readTree(Files.readAllBytes(folder.resolve(output).resolve("result.json")));
  }

  private void awaitCheckpoint(SparkProcess process) throws Exception {
    while (checkpoints() == 0) {
      assertThat(process.isAlive()).as(process.log()).isTrue();
      Thread.sleep(50);
    }
  }

  private long checkpoints() throws IOException {
    Path kept = folder.resolve("checkpoints");
    if (!Files.isDirectory(kept)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(kept)) {
      return all.filter(p -> p.getFileName().toString().matches("step-.*")).count();
    }
  }

  /** Checkpoints of one run are found by the other only if they share a folder. */
  private SparkProcess submit(String master, String output) throws Exception {
    Path own = folder.resolve(output.equals("alone") ? "others" : "checkpoints");
    List<String> arguments = new ArrayList<>();
    arguments.add("train");
    arguments.add(Path.of("../conf/examples/digits-mobilenet-qat.conf").toRealPath().toString());
    for (String setting :
        List.of(
            "output.path=" + folder.resolve(output),
            "training.checkpoints=" + own,
            "training.checkpointEvery=2",
            "training.epochs=1",
            "data.training.limit=1280",
            "validation.maxAccuracyDrop=1")) {
      arguments.addAll(List.of("--set", setting));
    }
    return SparkProcess.submit(
        folder, List.of("--master", master, "--conf", "spark.executor.memory=1g"), arguments);
  }
}
