package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real standalone cluster on loopback: one master, two workers, executors in processes of their
 * own.
 */
@Tag("cluster")
class StandaloneClusterIT {

  private static final String MASTER_URL = "spark://127.0.0.1:17077";

  @TempDir Path folder;

  @Test
  void calibratesToTheSameStateAsOneProcess() throws Exception {
    try (SparkProcess master =
            start("master.Master", "--host", "127.0.0.1", "--port", "17077", "--webui-port", "0");
        SparkProcess first = worker();
        SparkProcess second = worker()) {
      first.awaitLog("Successfully registered with master");
      second.awaitLog("Successfully registered with master");

      JsonNode onCluster = quantize(MASTER_URL, "cluster");
      JsonNode inProcess = quantize("local[1]", "process");

      assertThat(master.log()).contains("Registered app");
      assertThat(onCluster.get("executors").findValuesAsText("id")).doesNotContain("driver");
      assertThat(onCluster.get("state")).isEqualTo(inProcess.get("state"));
      assertThat(onCluster.get("accuracy")).isEqualTo(inProcess.get("accuracy"));
      assertThat(folder.resolve("cluster/model.int8.onnx"))
          .hasSameBinaryContentAs(folder.resolve("process/model.int8.onnx"));
    }
  }

  /** One worker plays a lesser CPU than the other, through the environment of its executors. */
  @Test
  void executorsThatDifferAreRefusedCappedOrReported() throws Exception {
    try (SparkProcess master =
            start("master.Master", "--host", "127.0.0.1", "--port", "17077", "--webui-port", "0");
        SparkProcess lesser = worker(Map.of("ONEDNN_MAX_CPU_ISA", "SSE41"));
        SparkProcess own = worker()) {
      lesser.awaitLog("Successfully registered with master");
      own.awaitLog("Successfully registered with master");

      try (SparkProcess refused = submit(MASTER_URL, "refused")) {
        assertThat(refused.exitCode()).as(refused.log()).isEqualTo(2);
        assertThat(refused.log())
            .contains("Cannot calibrate on executors whose float sums differ: ")
            .contains("sse41 (native")
            .contains("execution.isa = sse41 makes them alike");
      }
      JsonNode capped = quantize(MASTER_URL, "capped", "execution.isa=sse41");
      JsonNode alone = quantize("local[1]", "alone", "execution.isa=sse41");
      assertThat(capped.at("/numerics/mixed").asBoolean()).isFalse();
      assertThat(capped.get("executors").findValuesAsText("isa")).containsOnly("sse41");
      assertThat(capped.get("state")).isEqualTo(alone.get("state"));

      JsonNode mixed = quantize(MASTER_URL, "mixed", "execution.mixedNumerics=accept");
      assertThat(mixed.at("/numerics/of").size()).isGreaterThan(1);
      assertThat(mixed.at("/numerics/mixed").asBoolean()).isTrue();
    }
  }

  private JsonNode quantize(String master, String output, String... settings) throws Exception {
    Path target = folder.resolve(output);
    try (SparkProcess job = submit(master, output, settings)) {
      assertThat(job.exitCode()).as(job.log()).isZero();
    }
    return new ObjectMapper().readTree(Files.readAllBytes(target.resolve("result.json")));
  }

  private SparkProcess submit(String master, String output, String... settings) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "quantize",
                Path.of("../conf/examples/digits-resnet.conf").toRealPath().toString(),
                "--set",
                "output.path=" + folder.resolve(output)));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    return SparkProcess.submit(
        folder, List.of("--master", master, "--conf", "spark.executor.memory=1g"), arguments);
  }

  private SparkProcess worker() throws IOException {
    return worker(Map.of());
  }

  private SparkProcess worker(Map<String, String> environment) throws IOException {
    return SparkProcess.start(
        folder,
        "org.apache.spark.deploy.worker.Worker",
        List.of(
            "--host",
            "127.0.0.1",
            "--webui-port",
            "0",
            "--cores",
            "1",
            "--memory",
            "1200m",
            "--work-dir",
            folder.resolve("work").toString(),
            MASTER_URL),
        environment);
  }

  private SparkProcess start(String service, String... arguments) throws IOException {
    return SparkProcess.start(folder, "org.apache.spark.deploy." + service, List.of(arguments));
  }
}
