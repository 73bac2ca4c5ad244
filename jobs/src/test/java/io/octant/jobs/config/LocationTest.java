package io.octant.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://AKIA:S3CR3T@bucket/data",
        "s3a://AKIA:S3/CR3T@bucket/data",
        "s3a://S3CR3T@bucket/data",
        "s3://AKIA:1/S3CR3T@bucket/data",
        "hdfs://user:S3CR3T@host:9000/data",
        "sftp://user:S3/CR3T@host/data"
      })
  void showsNoCredentials(String location) {
    assertThat(Location.redacted(location)).isPresent();
    assertThat(Location.redacted(location).orElseThrow())
        .doesNotContain("AKIA", "CR3T", "user")
        .endsWith("/data");
    assertThatThrownBy(() -> Location.requireNoCredentials("--state", location))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("Cannot use --state: ")
        .message()
        .doesNotContain("AKIA", "CR3T");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3a://bucket/a@b:c/data",
        "hdfs://host:9000/a@b",
        "hdfs://[::1]:9000/a@b",
        "hdfs://user@host/data",
        "abfs://container@account.dfs.core.windows.net/data",
        "file:///a:b@c",
        "/a:b@c"
      })
  void leavesOthersAlone(String location) {
    assertThat(Location.redacted(location)).isEmpty();
  }

  @Test
  void aKeyWithCredentialsIsRefusedByName(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("job.conf");
    Files.writeString(
        file,
        """
        model.path = net.onnx
        data.calibration.path = data
        output.path = "s3a://AKIA:S3/CR3T@bucket/out"
        """);
    assertThatThrownBy(() -> ConfigurationSource.load(file, List.of()))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "Cannot read key output.path: s3a://...@bucket/out, expected a URI without credentials:"
                + " they come from the environment or a Hadoop credential provider ("
                + file
                + ":3)");
  }
}
