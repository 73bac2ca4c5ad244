package io.octant.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.rand;
import static org.assertj.core.api.Assertions.assertThat;

import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.RangeMethod;
import io.octant.graph.ModuleType;
import io.octant.onnx.importer.ImportOptions;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.execution.FlakyNativeEngine;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.output.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the data is cut, ordered and retried does not show in any published byte. */
class PipelineInvarianceTest {
  private static final SparkSession SPARK = SharedSpark.session();

  @TempDir Path dir;
  private FileSource digits;

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
    digits = ParquetFormat.source(path).withColumn("input", "image");
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
    FileSource other = ParquetFormat.source(shuffled).withColumn("input", "image");
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
    // Three tasks of calibration, and the one that runs the written model.
    assertThat(FlakyNativeEngine.FAILURES.get()).isEqualTo(4);
    assertThat(retried).isEqualTo(undisturbed);
  }

  @Test
  void oneStateServesEveryRangeMethod() throws IOException {
    QuantizationSpec l2 = DigitsRun.calibration(digits, dir.resolve("l2"));
    QuantizationSpec minMax =
        DigitsRun.calibration(digits, dir.resolve("minmax"))
            .withMethod(DigitsRun.x86(new RangeMethod.MinMax()));
    Manifest first = new QuantizationPipeline(SPARK).run(l2).manifest();
    Manifest second = new QuantizationPipeline(SPARK).run(minMax).manifest();

    byte[] state = published("l2", "calibration/state.octcal");
    assertThat(published("minmax", "calibration/state.octcal")).isEqualTo(state);
    assertThat(second.digests().get("configuration"))
        .isNotEqualTo(first.digests().get("configuration"));
    assertThat(published("minmax", "qparams.json")).isNotEqualTo(published("l2", "qparams.json"));

    ModelSource source =
        ModelSource.load(
            new Configuration(false), minMax.model().path(), ImportOptions.none(), minMax.method());
    CalibrationState ofTheOtherMethod = CalibrationState.fromBytes("l2", state);
    assertThat(source.calibrationKey(source.steps().prepared())).isEqualTo(ofTheOtherMethod.key());
    QuantizedModel solvedAnew =
        QuantizedModel.of(
            source.steps(),
            ofTheOtherMethod,
            Map.of("state.sha256", ofTheOtherMethod.sha256().hex()));
    assertThat(solvedAnew.qparams()).isEqualTo(published("minmax", "qparams.json"));
    assertThat(solvedAnew.onnx()).isEqualTo(published("minmax", "model.int8.onnx"));
  }

  /** Which values are observed does: a state of others is not theirs. */
  @Test
  void thePlacesOfObserversShowInTheKeyOfAState() {
    QuantizationMethod all = DigitsRun.X86;
    QuantizationMethod some =
        new QuantizationMethod(
            all.mapping().withObjectType(new ModuleType("torch.nn.Linear"), null),
            all.backend(),
            all.arithmetic());
    assertThat(key(some).preparedGraph()).isNotEqualTo(key(all).preparedGraph());
    assertThat(key(some).observers()).isNotEqualTo(key(all).observers());
    assertThat(key(DigitsRun.x86(new RangeMethod.Entropy()))).isEqualTo(key(all));
  }

  private static CalibrationKey key(QuantizationMethod method) {
    ModelSource source =
        ModelSource.load(
            new Configuration(false),
            DigitsRun.model("mobilenet").path(),
            ImportOptions.none(),
            method);
    return source.calibrationKey(source.steps().prepared());
  }

  private byte[] published(String run, String file) throws IOException {
    return Files.readAllBytes(dir.resolve(run).resolve(file));
  }

  @Test
  void oneSampleMoreShows() {
    String less = dir.resolve("less").toString();
    SPARK.read().parquet(dir + "/digits").where(col("label").notEqual(3)).write().parquet(less);
    assertThat(
            manifest(
                DigitsRun.calibration(
                    ParquetFormat.source(less).withColumn("input", "image"), dir.resolve("c"))))
        .isNotEqualTo(manifest(DigitsRun.calibration(digits, dir.resolve("d"))));
  }

  private static byte[] manifest(QuantizationSpec spec) {
    return new QuantizationPipeline(SPARK).run(spec).manifest().toBytes();
  }
}
