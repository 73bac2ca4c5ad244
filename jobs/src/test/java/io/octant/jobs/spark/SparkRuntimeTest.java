package io.octant.jobs.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.jobs.config.ConfigurationSource;
import io.octant.jobs.config.QuantizeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkRuntimeTest {

  @TempDir Path folder;
  private QuantizeConfig config;

  @BeforeEach
  void loadConfiguration() throws IOException {
    Path file = folder.resolve("job.conf");
    Files.writeString(
        file,
        """
        model.path = net.onnx
        data.calibration.path = data
        output.path = out
        spark { app.name = from-file, master = "local[3]", executor.memory = 3g }
        """);
    config = ConfigurationSource.load(file, List.of());
  }

  @Test
  void whatSparkSubmitSaysGoesFirst() {
    SparkConf submitted =
        new SparkConf(false)
            .set("spark.app.name", "nightly")
            .set("spark.master", "spark://host:7077")
            .set("spark.executor.memory", "5g");

    SparkConf settled =
        SparkRuntime.properties(submitted, config, "calibrate", Optional.of("spark://other:7077"));

    assertThat(settled.get("spark.app.name")).isEqualTo("nightly");
    assertThat(settled.get("spark.master")).isEqualTo("spark://host:7077");
    assertThat(settled.get("spark.executor.memory")).isEqualTo("5g");
    assertThat(settled.contains("spark.driver.bindAddress")).isFalse();
    assertThat(SparkRuntime.overruled(settled, config, Optional.of("spark://other:7077")))
        .containsExactly("--master", "spark.app.name", "spark.executor.memory");
    assertThat(SparkRuntime.overruled(settled, config, Optional.empty()))
        .containsExactly("spark.app.name", "spark.executor.memory", "spark.master");
  }

  @Test
  void theMasterOptionGoesBeforeTheFile() {
    SparkConf settled =
        SparkRuntime.properties(new SparkConf(false), config, "calibrate", Optional.of("local[1]"));

    assertThat(settled.get("spark.master")).isEqualTo("local[1]");
    assertThat(settled.get("spark.app.name")).isEqualTo("from-file");
    assertThat(settled.get("spark.executor.memory")).isEqualTo("3g");
    assertThat(SparkRuntime.overruled(settled, config, Optional.of("local[1]"))).isEmpty();
  }

  @Test
  void withoutAnyWordItRunsInThisProcess() throws IOException {
    Path file = folder.resolve("plain.conf");
    Files.writeString(
        file, "model.path = net.onnx, data.calibration.path = data, output.path = out");
    QuantizeConfig plain = ConfigurationSource.load(file, List.of());

    SparkConf settled =
        SparkRuntime.properties(new SparkConf(false), plain, "calibrate", Optional.empty());

    assertThat(settled.get("spark.master")).isEqualTo("local[*]");
    assertThat(settled.get("spark.app.name")).isEqualTo("octant calibrate net.onnx");
    assertThat(settled.get("spark.ui.enabled")).isEqualTo("false");
  }

  @Test
  void executorsOfAClusterGetTheLaunchersJars() {
    System.setProperty("octant.jars", "/jars/a.jar:/jars/b c.jar");
    try {
      assertThat(jars("spark://host:7077")).isEqualTo("file:///jars/a.jar,file:///jars/b%20c.jar");
      assertThat(jars("local[2]")).as("in one process they are there already").isEmpty();
    } finally {
      System.clearProperty("octant.jars");
    }
    assertThat(jars("spark://host:7077")).isEmpty();
  }

  @Test
  void ourPluginStandsBesideThoseOfOthers() {
    SparkConf given = new SparkConf(false).set("spark.plugins", "com.example.Theirs");

    SparkConf settled = SparkRuntime.properties(given, config, "calibrate", Optional.empty());

    assertThat(settled.get("spark.plugins"))
        .isEqualTo("com.example.Theirs,io.octant.pipeline.OctantPlugin");
    assertThat(
            SparkRuntime.properties(settled, config, "calibrate", Optional.empty())
                .get("spark.plugins"))
        .isEqualTo("com.example.Theirs,io.octant.pipeline.OctantPlugin");
  }

  private String jars(String master) {
    return SparkRuntime.properties(new SparkConf(false), config, "calibrate", Optional.of(master))
        .get("spark.jars", "");
  }
}
