package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  private JsonNode quantize(String master, String output) throws Exception {
    Path target = folder.resolve(output);
    try (SparkProcess job =
        SparkProcess.submit(
            folder,
            List.of("--master", master, "--conf", "spark.executor.memory=1g"),
            List.of(
                "quantize",
                Path.of("../conf/examples/digits-resnet.conf").toRealPath().toString(),
                "--set",
                "output.path=" + target))) {
      assertThat(job.exitCode()).as(job.log()).isZero();
    }
    return new ObjectMapper().readTree(Files.readAllBytes(target.resolve("result.json")));
  }

  private SparkProcess worker() throws IOException {
    return start(
        "worker.Worker",
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
        MASTER_URL);
  }

  private SparkProcess start(String service, String... arguments) throws IOException {
    return SparkProcess.start(folder, "org.apache.spark.deploy." + service, List.of(arguments));
  }
}
