package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.octant.jobs.cluster.Photographs;
import io.octant.jobs.cluster.SparkProcess;
import io.octant.jobs.cluster.StandaloneCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Octant on a cluster of two workers gives what it gives in one process. */
@Tag("cluster")
class StandaloneClusterIT {
  private static final List<String> FILES =
      List.of("manifest.json", "model.int8.onnx", "qparams.json", "calibration/state.octcal");

  @TempDir Path folder;

  @Test
  void digitsAndPhotographsGiveTheSameBytesAsInOneProcess() throws Exception {
    try (StandaloneCluster cluster = cluster().up()) {
      requireSame(cluster, "digits", digits());
      Path photographs = Photographs.writeConfiguration(folder);
      requireSame(cluster, "photographs", List.of(photographs.toString()));
    }
  }

  private void requireSame(StandaloneCluster cluster, String name, List<String> job)
      throws Exception {
    JsonNode onCluster = quantize(cluster.url(), name + "-cluster", job);
    JsonNode inProcess = quantize("local[1]", name + "-process", job);
    assertThat(onCluster.get("executors").findValuesAsText("id")).containsExactly("0", "1");
    for (String figure : List.of("state", "outputs", "accuracy", "gates")) {
      assertThat(onCluster.get(figure)).as(figure).isEqualTo(inProcess.get(figure));
    }
    for (String file : FILES) {
      assertThat(folder.resolve(name + "-cluster").resolve(file))
          .hasSameBinaryContentAs(folder.resolve(name + "-process").resolve(file));
    }
  }

  /** One worker plays a lesser CPU than the other, through the environment of its executors. */
  @Test
  void executorsThatDifferAreRefusedCappedOrReported() throws Exception {
    try (StandaloneCluster cluster = cluster()) {
      cluster.up(1, Map.of("ONEDNN_MAX_CPU_ISA", "SSE41")).up();

      try (SparkProcess refused = submit(cluster.url(), "refused", digits())) {
        assertThat(refused.exitCode()).as(refused.log()).isEqualTo(2);
        assertThat(refused.log())
            .contains("Cannot calibrate on executors whose float sums differ: ")
            .contains("sse41 (native")
            .contains("execution.isa = sse41 makes them alike");
      }
      List<String> sse41 = with(digits(), "execution.isa=sse41");
      JsonNode capped = quantize(cluster.url(), "capped", sse41);
      JsonNode alone = quantize("local[1]", "alone", sse41);
      assertThat(capped.at("/numerics/mixed").asBoolean()).isFalse();
      assertThat(capped.get("executors").findValuesAsText("isa")).containsOnly("sse41");
      assertThat(capped.get("state")).isEqualTo(alone.get("state"));

      JsonNode mixed =
          quantize(cluster.url(), "mixed", with(digits(), "execution.mixedNumerics=accept"));
      assertThat(mixed.at("/numerics/of").size()).isGreaterThan(1);
      assertThat(mixed.at("/numerics/mixed").asBoolean()).isTrue();
    }
  }

  private StandaloneCluster cluster() {
    return new StandaloneCluster(folder.resolve("cluster"));
  }

  private static List<String> digits() throws Exception {
    return List.of(Path.of("../conf/examples/digits-resnet.conf").toRealPath().toString());
  }

  private static List<String> with(List<String> job, String setting) {
    List<String> all = new ArrayList<>(job);
    all.addAll(List.of("--set", setting));
    return all;
  }

  private JsonNode quantize(String master, String output, List<String> job) throws Exception {
    try (SparkProcess process = submit(master, output, job)) {
      assertThat(process.exitCode()).as(process.log()).isZero();
    }
    return new ObjectMapper()
        .readTree(Files.readAllBytes(folder.resolve(output).resolve("result.json")));
  }

  private SparkProcess submit(String master, String output, List<String> job) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("quantize"));
    arguments.addAll(with(job, "output.path=" + folder.resolve(output)));
    return SparkProcess.submit(
        folder, List.of("--master", master, "--conf", "spark.executor.memory=1g"), arguments);
  }
}
