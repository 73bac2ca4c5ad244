package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.MixedNumerics;
import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.calibration.CalibrationJob;
import io.octant.pipeline.calibration.KeptCalibration;
import io.octant.pipeline.data.preprocess.RecordedPictures;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.TestEngine;
import io.octant.pipeline.execution.TestRecipe;
import io.octant.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows 0 to 59, of which 0, 7, … are null, 3, 10, … too short, and 5, 12, … hold a null. */
class DamagedRowsTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField PAIR = SampleField.of("x", DType.FLOAT32, 2);
  private static final int ROWS = 60;
  private static final String X =
      "case id % 7 when 0 then null when 3 then array(float(id))"
          + " when 5 then array(float(id), float(null)) else array(float(id), float(id)) end as x";
  private static final CalibrationKey KEY =
      new CalibrationKey(Digest.of(new byte[1]), Digest.of(new byte[2]), Digest.of(new byte[3]));

  @TempDir Path dir;

  private static Dataset<Row> rows() {
    return SPARK.range(0, ROWS, 1, 3).selectExpr("id", X);
  }

  private static boolean isDamaged(int id) {
    return List.of(0, 3, 5).contains(id % 7);
  }

  private static List<String> good() {
    List<String> values = new ArrayList<>();
    for (int id = 0; id < ROWS; id++) {
      if (!isDamaged(id)) {
        values.add(Arrays.toString(new double[] {id, id}) + "-1");
      }
    }
    values.sort(null);
    return values;
  }

  private FileSource source(String format) {
    return FileSource.of(DataFormats.load(format), List.of(dir.resolve("data").toString()));
  }

  private static Samples<?> open(DataSource source) {
    return source.open(SPARK, List.of(PAIR));
  }

  private void write(String format) {
    rows().write().format(format).save(dir.resolve("data").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "json", "orc"})
  void theOthersAreReadTheSameInAnyTasks(String format) {
    write(format);
    FileSource source = source(format).withDamaged(Damaged.SKIP);
    List<DamagedRows> damaged = new ArrayList<>();
    for (int tasks : new int[] {1, 2, 7}) {
      Samples<?> samples = open(source.withPartitions(tasks));
      assertThat(ReadSamples.multiset(ReadSamples.all(samples))).isEqualTo(good());
      DataCounts counts = ReadSamples.counts(samples);
      samples.requireAllRead(counts, "calibrate");
      assertThat(counts.samples()).isEqualTo(good().size());
      damaged.add(counts.damaged());
    }
    assertThat(damaged.get(0).count()).isEqualTo(ROWS - good().size());
    assertThat(damaged).allSatisfy(d -> assertThat(d).isEqualTo(damaged.get(0)));
    assertThat(String.join("\n", damaged.get(0).named()))
        .contains(
            "."
                + (format.equals("parquet") ? "snappy.parquet" : format)
                + " row 0: column 'x': null")
        .contains(": column 'x': 1 values")
        .contains(": column 'x': null at position 1");
  }

  @Test
  void withoutTheKeyTheFirstIsAnError() {
    write("parquet");
    assertThatThrownBy(() -> ReadSamples.all(open(source("parquet").withPartitions(1))))
        .hasMessageContaining("row 0: null, expected a value for");
  }

  @Test
  void aTableLeavesThemOutAsWell() {
    rows().createOrReplaceTempView("damaged_rows");
    Samples<?> samples = open(TableSource.of("damaged_rows").withDamaged(Damaged.SKIP));
    assertThat(ReadSamples.multiset(ReadSamples.all(samples))).isEqualTo(good());
    assertThat(ReadSamples.counts(samples).damaged().count()).isEqualTo(ROWS - good().size());
  }

  @Test
  void rowsThatAFilterLeavesOutAreNotLookedAt() {
    write("parquet");
    FileSource even = source("parquet").withDamaged(Damaged.SKIP).withFilter("id % 2 = 0");
    DataCounts counts = ReadSamples.counts(open(even));
    assertThat(counts.leftOut()).isEqualTo(ROWS / 2);
    assertThat(counts.rows()).isEqualTo(ROWS);
  }

  @Test
  void nothingElseIsAnErrorThatNamesOne() {
    write("parquet");
    Samples<?> samples =
        open(source("parquet").withDamaged(Damaged.SKIP).withFilter("id % 7 in (0, 3)"));
    DataCounts counts = ReadSamples.counts(samples);
    assertThatThrownBy(() -> samples.requireAllRead(counts, "calibrate"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("all rows that are to be read are damaged, 18 of 60, such as file:")
        .hasMessageContaining("column 'x': ");
  }

  @Test
  void picturesThatCannotBeDecodedAreRows() throws IOException {
    Path folder = Files.createDirectories(dir.resolve("pictures"));
    byte[] bytes = RecordedPictures.file("s420.jpg");
    Files.write(folder.resolve("a.jpg"), bytes);
    Files.write(folder.resolve("b.jpg"), new byte[] {1, 2, 3});
    Files.write(folder.resolve("c.jpg"), Arrays.copyOf(bytes, bytes.length / 4));
    FileSource pictures =
        FileSource.of(DataFormats.load("images"), List.of(folder.toString()))
            .withColumn("x", PicturesTest.pictures("image", PicturesTest.steps(26)));
    Samples<?> samples =
        pictures
            .withDamaged(Damaged.SKIP)
            .open(SPARK, List.of(SampleField.of("x", DType.FLOAT32, 3, 20, 24)));
    DataCounts counts = ReadSamples.counts(samples);
    assertThat(counts.samples()).isEqualTo(1);
    assertThat(counts.damaged().named()).hasSize(2);
    assertThat(counts.damaged().named().get(0)).contains("/b.jpg row 0: column 'image': ");
  }

  private KeptCalibration calibrate(FileSource source, int batch) {
    return CalibrationJob.run(
        open(source),
        new TestRecipe(1).spec(batch, PAIR),
        KEY,
        MixedNumerics.REFUSE,
        Optional.of(dir.resolve("states").toString()),
        new TreeSet<>(List.of(ExecutorIdentity.current(new TestEngine().numerics()))),
        n -> {});
  }

  @Test
  void keptStatesKnowOfThemAndAreNotForRunsThatRefuseThem() {
    write("parquet");
    FileSource skipping = source("parquet").withDamaged(Damaged.SKIP);
    KeptCalibration first = calibrate(skipping, 4);
    assertThat(first.splitsComputed()).isPositive();
    KeptCalibration again = calibrate(skipping.withPartitions(3), 4);
    assertThat(again.splitsReused()).isEqualTo(first.splitsComputed());
    assertThat(again.total().counts()).isEqualTo(first.total().counts());
    assertThat(again.total().counts().damaged().count()).isEqualTo(ROWS - good().size());
    assertThat(again.total().state().toBytes()).isEqualTo(first.total().state().toBytes());
    assertThat(calibrate(skipping, 5).total().state().toBytes())
        .isEqualTo(first.total().state().toBytes());
    assertThatThrownBy(() -> calibrate(source("parquet"), 4)).hasMessageContaining("row ");
  }
}
