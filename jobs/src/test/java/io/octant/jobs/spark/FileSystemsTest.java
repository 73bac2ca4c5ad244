package io.octant.jobs.spark;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.jobs.config.SettingsException;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileSystemsTest {
  private final Configuration hadoop = new Configuration();

  @ParameterizedTest
  @ValueSource(strings = {"/data", "data", "file:///data", "hdfs://nowhere:9000/data", "a b:c"})
  void takesWhatHadoopKnowsWithoutConnecting(String location) {
    assertThatCode(() -> FileSystems.require(hadoop, "model.path", location))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "s3a, ./octant --with s3",
    "s3a, org.apache.hadoop:hadoop-aws:3.4.2",
    "s3, s3a:// in its place",
    "abfss, org.apache.hadoop:hadoop-azure:3.4.2",
    "gs, gcs-connector",
    "oss, org.apache.hadoop:hadoop-aliyun:3.4.2",
    "cosn, org.apache.hadoop:hadoop-cos:3.4.2",
    "nofs, the jar of its file system in spark-submit --jars or OCTANT_JARS"
  })
  void namesTheJarThatIsMissing(String scheme, String remedy) {
    assertThatThrownBy(() -> FileSystems.require(hadoop, "model.path", scheme + "://b/net.onnx"))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("Cannot use model.path: " + scheme + "://b/net.onnx (no file ")
        .hasMessageContaining(remedy);
  }

  @Test
  void asksForTheHostOfHdfsUnlessItIsTheDefault() {
    assertThatThrownBy(() -> FileSystems.require(hadoop, "output.path", "hdfs:///out"))
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith("Cannot use output.path: hdfs:///out (no host), expected hdfs://h");

    hadoop.set("fs.defaultFS", "hdfs://nowhere:9000");
    assertThatCode(() -> FileSystems.require(hadoop, "output.path", "hdfs:///out"))
        .doesNotThrowAnyException();
  }

  /** As with the jar of hadoop-aws alone. */
  @Test
  void namesTheJarIfTheSdkIsMissing() {
    hadoop.set("fs.s3a.impl", "org.apache.hadoop.fs.RawLocalFileSystem");

    assertThatThrownBy(() -> FileSystems.require(hadoop, "output.path", "s3a://bucket/out"))
        .hasMessageStartingWith(
            "Cannot use output.path: s3a://bucket/out (hadoop-aws without the AWS SDK), expected");
  }
}
