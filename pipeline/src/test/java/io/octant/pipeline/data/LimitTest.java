package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.tensor.DType;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred files of ten samples, and one that is no Parquet behind them. */
class LimitTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 8);

  @TempDir Path dir;

  @BeforeEach
  void manyFiles() throws IOException, URISyntaxException {
    Path file = Path.of(LimitTest.class.getResource("cases").toURI()).resolve("br[1]/a.parquet");
    for (int i = 0; i < 100; i++) {
      Files.copy(file, dir.resolve(String.format(Locale.ROOT, "%03d.parquet", i)));
    }
    Files.writeString(dir.resolve("damaged.parquet"), "no Parquet at all");
    var hadoop = SPARK.sparkContext().hadoopConfiguration();
    hadoop.set("fs.counting.impl", CountingFileSystem.class.getName());
    CountingFileSystem.OPENED.clear();
  }

  @Test
  void opensOnlyTheFirstFilesAndReadsOnlyThoseThatHoldTheLimit() {
    Samples<?> samples =
        ParquetFormat.source("counting://" + dir).withLimit(25).open(SPARK, List.of(X));

    assertThat(ReadSamples.all(samples)).hasSize(25);
    assertThat(samples.facts().files()).isEqualTo(3);
    assertThat(CountingFileSystem.OPENED).hasSize(16).containsKeys("000.parquet", "015.parquet");
    // Behind the third file, a footer each.
    assertThat(CountingFileSystem.OPENED.tailMap("003.parquet").values()).containsOnly(1);
    assertThat(CountingFileSystem.OPENED.headMap("003.parquet").values()).allMatch(n -> n > 1);
  }

  @Test
  void looksFurtherInGrowingWaves() {
    Samples<?> samples =
        ParquetFormat.source("counting://" + dir).withLimit(171).open(SPARK, List.of(X));

    assertThat(samples.facts().files()).isEqualTo(18);
    assertThat(samples.facts().samples()).isEqualTo(171);
    assertThat(CountingFileSystem.OPENED).hasSize(16 + 64);
  }
}
