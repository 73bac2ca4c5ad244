package io.octant.pipeline.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.data.StorageException;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/** Paths without a scheme are on {@code fs.defaultFS}, and that is what may not answer. */
class DefaultStorageTest {
  @Test
  void whatDoesNotAnswerIsNamed() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs.defaultFS", "hdfs://127.0.0.1:1");
    hadoop.setInt("ipc.client.connect.max.retries", 0);
    assertThatThrownBy(() -> WholeFile.at(hadoop, "/state.octcal").isDirectory())
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith(
            "Cannot reach data: /state.octcal on hdfs://127.0.0.1:1 (fs.defaultFS): ")
        .hasMessageContaining("Connection refused");
  }

  @Test
  void locationsThatNameItAndTheLocalDiskAreLeftAsTheyAre() {
    Configuration hadoop = new Configuration();
    assertThat(StorageException.withDefault(hadoop, "/a")).isEqualTo("/a");
    hadoop.set("fs.defaultFS", "hdfs://127.0.0.1:1");
    assertThat(StorageException.withDefault(hadoop, "file:///a")).isEqualTo("file:///a");
    assertThat(StorageException.withDefault(hadoop, "/a"))
        .isEqualTo("/a on hdfs://127.0.0.1:1 (fs.defaultFS)");
  }
}
