package io.octant.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.jobs.cluster.SparkProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code octant.jar} under a plain spark-submit. */
class SparkSubmitIT {

  @TempDir Path folder;

  @Test
  void runsWithTheNameAndMasterOfSparkSubmit() throws Exception {
    Path events = Files.createDirectories(folder.resolve("events"));
    try (SparkProcess job =
        submit(
            List.of(
                "--master",
                "local[2]",
                "--name",
                "nightly",
                "--conf",
                "spark.eventLog.enabled=true",
                "--conf",
                "spark.eventLog.compress=false",
                "--conf",
                "spark.eventLog.dir=" + events.toUri()),
            "--master",
            "spark://not.there:7077",
            "--set",
            "spark.app.name=from-the-configuration")) {

      assertThat(job.exitCode()).as(job.log()).isZero();
      assertThat(job.log()).contains("accuracy");
    }
    assertThat(folder.resolve("out/manifest.json")).isNotEmptyFile();
    assertThat(eventLog(events))
        .contains("\"App Name\":\"nightly\"", "\"spark.master\":\"local[2]\"")
        .doesNotContain("\"spark.app.name\":\"from-the-configuration\"");
  }

  @Test
  void passesTheExitCodeOn() throws Exception {
    try (SparkProcess job =
        submit(List.of("--master", "local[1]"), "--set", "model.path=/no/such/model.onnx")) {
      assertThat(job.exitCode()).as(job.log()).isEqualTo(3);
      assertThat(job.log()).contains("octant: ", "/no/such/model.onnx").doesNotContain("\tat ");
    }
  }

  private SparkProcess submit(List<String> sparkOptions, String... arguments) throws IOException {
    List<String> all = new ArrayList<>();
    all.add("quantize");
    all.add(Path.of("../conf/examples/digits-resnet.conf").toRealPath().toString());
    all.addAll(List.of("--set", "output.path=" + folder.resolve("out")));
    all.addAll(List.of("--set", "data.calibration.limit=64"));
    all.addAll(List.of("--set", "data.evaluation.limit=64"));
    all.addAll(List.of(arguments));
    return SparkProcess.submit(folder, sparkOptions, all);
  }

  private static String eventLog(Path events) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.walk(events)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.getFileName().toString().endsWith(".crc")) {
          text.append(Files.readString(file));
        }
      }
    }
    return text.toString();
  }
}
