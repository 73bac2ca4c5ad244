package io.octant.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.PublishedOutput;
import io.octant.pipeline.output.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole job from and to {@code hdfs://}, for which Spark's own jars do. */
@Tag("cluster")
class HdfsJobIT {
  @TempDir Path folder;

  @Test
  void givesTheBytesOfLocalFilesAndKeepsStates() throws Exception {
    try (HdfsServer hdfs = HdfsServer.start(folder)) {
      Configuration hadoop = new Configuration();
      String base = hdfs.uri() + "/data";
      for (Path file : List.of(StoreJob.MODEL, StoreJob.TRAIN, StoreJob.TEST)) {
        WholeFile.at(hadoop, base + "/" + file.getFileName()).create(Files.readAllBytes(file));
      }
      StoreJob jobs = new StoreJob(folder, "", Map.of());
      StoreJob.End local = jobs.local(folder.resolve("local"));
      assertThat(local.exitCode()).as(local.log()).isZero();
      Manifest expected =
          PublishedOutput.read(hadoop, folder.resolve("local").toString()).orElseThrow().manifest();

      for (String output : List.of("one", "two")) {
        StoreJob.End end =
            jobs.at(base, base + "/" + output, List.of("calibration.states=" + base + "/states"));
        assertThat(end.exitCode()).as(end.log()).isZero();
        PublishedOutput published = PublishedOutput.read(hadoop, base + "/" + output).orElseThrow();
        assertThat(published.manifest()).isEqualTo(expected);
        JsonNode states = StoreJob.json(published.report()).get("states");
        assertThat(states.get(output.equals("one") ? "reused" : "computed").asInt(-1)).isZero();
      }
    }
  }
}
