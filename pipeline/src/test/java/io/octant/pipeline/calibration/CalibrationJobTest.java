package io.octant.pipeline.calibration;

import static org.apache.spark.sql.functions.rand;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.MixedNumerics;
import io.octant.calibration.Numerics;
import io.octant.calibration.SampleCounts;
import io.octant.calibration.TensorStatistics;
import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.FileSource;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.TestEngine;
import io.octant.pipeline.execution.TestRecipe;
import io.octant.tensor.DType;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrationJobTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField IMAGE = SampleField.of("image", DType.FLOAT32, 1, 28, 28);
  private static final String DIGITS = "../examples/digits/test.parquet";
  private static final CalibrationKey KEY =
      new CalibrationKey(Digest.of(new byte[1]), Digest.of(new byte[2]), Digest.of(new byte[3]));

  @TempDir Path dir;

  @AfterEach
  void nothingStaysOpen() {
    TestEngine.onFirstAttempt = () -> {};
    assertThat(SessionCache.shared().openLeases()).isZero();
    SessionCache.shared().closeIdle();
    assertThat(TestEngine.OPEN_CONTEXTS.get()).isZero();
    assertThat(TestEngine.OPEN_SESSIONS.get()).isZero();
  }

  @Test
  void thePartitioningTheBatchAndTheOrderDoNotShow() {
    String shuffled = dir.resolve("shuffled").toString();
    SPARK.read().parquet(DIGITS).orderBy(rand(7)).write().parquet(shuffled);
    byte[] one = calibrate(ParquetFormat.source(DIGITS).withPartitions(1), 32).toBytes();

    assertThat(calibrate(ParquetFormat.source(DIGITS).withPartitions(3), 32).toBytes())
        .isEqualTo(one);
    assertThat(calibrate(ParquetFormat.source(DIGITS).withPartitions(8), 32).toBytes())
        .isEqualTo(one);
    assertThat(calibrate(ParquetFormat.source(DIGITS).withPartitions(8), 7).toBytes())
        .isEqualTo(one);
    assertThat(calibrate(ParquetFormat.source(shuffled), 32).toBytes()).isEqualTo(one);
  }

  @Test
  void observesEveryValueOnceAndNoPadding() {
    PartitionState state = calibrate(ParquetFormat.source(DIGITS).withPartitions(3), 64);
    TensorStatistics direct = new TensorStatistics();
    SPARK
        .read()
        .parquet(DIGITS)
        .select("image")
        .collectAsList()
        .forEach(
            row -> {
              List<Float> image = row.getList(0);
              float[] values = new float[784];
              for (int i = 0; i < 784; i++) {
                values[i] = image.get(i);
              }
              direct.update(values);
            });
    assertThat(state.counts().samples()).isEqualTo(1000);
    assertThat(state.state().samples()).isEqualTo(new SampleCounts(1000, 0, 0));
    assertThat(state.state().statistics(TensorStatistics.KIND)).containsOnlyKeys("observer");
    assertThat(state.state().statistics(TensorStatistics.KIND).get("observer")).isEqualTo(direct);
    Numerics numerics = new Numerics("test", "test-isa", "", "", 1);
    assertThat(state.state().numerics()).containsExactly(numerics);
    assertThat(state.executors()).extracting(ExecutorIdentity::id).containsExactly("driver");
    assertThat(state.executors().first().numerics()).isEqualTo(numerics);
    assertThat(state.executors().first().host()).isNotEmpty();
  }

  @Test
  void aTaskThatFailsHalfwayAndIsTriedAgainCountsOnce() {
    byte[] undisturbed = calibrate(ParquetFormat.source(DIGITS).withPartitions(3), 32).toBytes();
    AtomicInteger failures = new AtomicInteger();
    TestEngine.onFirstAttempt =
        () -> {
          if (TaskContext.getPartitionId() != 1) {
            failures.incrementAndGet();
            throw new IllegalStateException("injected failure");
          }
        };
    byte[] retried = calibrate(ParquetFormat.source(DIGITS).withPartitions(3), 32).toBytes();
    assertThat(failures.get()).isEqualTo(2);
    assertThat(retried).isEqualTo(undisturbed);
  }

  @Test
  void aTaskThatFailsEveryTimeFailsTheJobWithItsReason() {
    SampleField wrong = SampleField.of("image", DType.FLOAT32, 28);
    assertThatThrownBy(
            () ->
                CalibrationJob.run(
                    ParquetFormat.source(DIGITS).open(SPARK, List.of(wrong)),
                    new TestRecipe(1).spec(32, wrong),
                    KEY,
                    MixedNumerics.REFUSE,
                    Optional.empty(),
                    Collections.emptySortedSet(),
                    n -> {}))
        .satisfies(
            e ->
                assertThat(FileFailure.find(e).orElseThrow())
                    .hasMessageContaining("test.parquet row ")
                    .hasMessageContaining(": 784 values, expected 28"));
  }

  @Test
  void tasksShareOneSession() {
    int before = TestEngine.COMPILED.get();
    PartitionState state = calibrate(ParquetFormat.source(DIGITS).withPartitions(8), 32);
    assertThat(state.counts().samples()).isEqualTo(1000);
    assertThat(TestEngine.COMPILED.get() - before).isEqualTo(1);
  }

  @Test
  void refusesEmptyData() {
    String empty = dir.resolve("empty").toString();
    SPARK.read().parquet(DIGITS).limit(0).write().parquet(empty);
    assertThatThrownBy(() -> calibrate(ParquetFormat.source(empty), 32))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot calibrate on " + empty + ": no samples in it, expected at least one");
  }

  private static PartitionState calibrate(FileSource source, int batch) {
    return CalibrationJob.run(
            source.open(SPARK, List.of(IMAGE)),
            new TestRecipe(1).spec(batch, IMAGE),
            KEY,
            MixedNumerics.REFUSE,
            Optional.empty(),
            Collections.emptySortedSet(),
            n -> {})
        .total();
  }
}
