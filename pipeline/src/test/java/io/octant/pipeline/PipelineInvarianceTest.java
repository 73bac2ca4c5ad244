package io.octant.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.rand;
import static org.assertj.core.api.Assertions.assertThat;

import io.octant.pipeline.data.ParquetSource;
import io.octant.pipeline.execution.FlakyNativeEngine;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the data is cut, ordered and retried does not show in any published byte. */
class PipelineInvarianceTest {
  private static final SparkSession SPARK = SharedSpark.session();

  @TempDir Path dir;
  private ParquetSource digits;

  @BeforeEach
  void someDigits() {
    String path = dir.resolve("digits").toString();
    SPARK
        .read()
        .parquet("../examples/digits/train.parquet")
        .limit(200)
        .coalesce(1)
        .write()
        .parquet(path);
    digits = ParquetSource.of(path).withColumn("input", "image");
  }

  @Test
  void partitionsAndOrderDoNotShow() {
    String shuffled = dir.resolve("shuffled").toString();
    SPARK.read().parquet(dir + "/digits").orderBy(rand(11)).write().parquet(shuffled);
    byte[] one = manifest(DigitsRun.calibration(digits.withPartitions(1), dir.resolve("1")));

    for (int partitions : new int[] {3, 8}) {
      Path out = dir.resolve(String.valueOf(partitions));
      assertThat(manifest(DigitsRun.calibration(digits.withPartitions(partitions), out)))
          .as("%d partitions", partitions)
          .isEqualTo(one);
    }
    ParquetSource other = ParquetSource.of(shuffled).withColumn("input", "image");
    assertThat(manifest(DigitsRun.calibration(other, dir.resolve("s")))).isEqualTo(one);
  }

  @Test
  void tasksThatFailAndAreTriedAgainDoNotShow() {
    byte[] undisturbed =
        manifest(DigitsRun.calibration(digits.withPartitions(3), dir.resolve("a")));
    FlakyNativeEngine.FAILURES.set(0);
    byte[] retried =
        manifest(
            DigitsRun.calibration(digits.withPartitions(3), dir.resolve("b"))
                .withEngine(FlakyNativeEngine.Provider.FLAKY));
    assertThat(FlakyNativeEngine.FAILURES.get()).isEqualTo(3);
    assertThat(retried).isEqualTo(undisturbed);
  }

  @Test
  void oneSampleMoreShows() {
    String less = dir.resolve("less").toString();
    SPARK.read().parquet(dir + "/digits").where(col("label").notEqual(3)).write().parquet(less);
    assertThat(
            manifest(
                DigitsRun.calibration(
                    ParquetSource.of(less).withColumn("input", "image"), dir.resolve("c"))))
        .isNotEqualTo(manifest(DigitsRun.calibration(digits, dir.resolve("d"))));
  }

  private static byte[] manifest(QuantizationSpec spec) {
    return new QuantizationPipeline(SPARK).run(spec).manifest().toBytes();
  }
}
