package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.HoldOut.Part;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two days of 200 samples each: the value is {@code id}, the group what is left of it by 20. */
class HoldOutTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 1);
  private static final int GROUPS = 20;
  private static final HoldOut BY_PLACE = new HoldOut(0.25, 3, Optional.empty(), Part.SELECTION);
  private static final HoldOut BY_GROUP =
      new HoldOut(0.25, 3, Optional.of("the group"), Part.SELECTION);

  @TempDir Path dir;

  @BeforeEach
  void twoDays() {
    for (int day = 0; day < 2; day++) {
      SPARK
          .range(day * 200L, day * 200L + 200, 1, 2)
          .selectExpr("float(id) as x", "id % " + GROUPS + " as `the group`")
          .write()
          .parquet(dir.resolve("day=" + day).toString());
    }
  }

  private FileSource source() {
    return ParquetFormat.source(dir.toString());
  }

  private static List<Double> read(FileSource source) {
    return ReadSamples.all(source.open(SPARK, List.of(X))).stream()
        .map(s -> s.values()[0])
        .sorted()
        .toList();
  }

  @Test
  void everyRowIsInOneOfTheTwo() {
    for (HoldOut split : List.of(BY_PLACE, BY_GROUP)) {
      List<Double> chosenOn = read(source().withHoldOut(split));
      List<Double> heldOut = read(source().withHoldOut(split.other(Part.HELD_OUT)));
      assertThat(heldOut).hasSizeBetween(20, 200).doesNotContainAnyElementsOf(chosenOn);
      List<Double> both = new ArrayList<>(chosenOn);
      both.addAll(heldOut);
      assertThat(both).hasSize(400);
    }
  }

  @Test
  void theyAreTheSameHoweverTheDataAreCutAndWhateverElseIsThere() {
    FileSource heldOut = source().withHoldOut(BY_PLACE.other(Part.HELD_OUT));
    List<Double> rows = read(heldOut.withPartitions(1));
    assertThat(read(heldOut.withPartitions(33))).isEqualTo(rows);
    assertThat(read(source().withHoldOut(new HoldOut(0.25, 4, Optional.empty(), Part.HELD_OUT))))
        .isNotEqualTo(rows);
    SPARK.range(2).selectExpr("float(-id) as x").write().parquet(dir.resolve("day=2").toString());
    assertThat(read(heldOut)).containsAll(rows);
  }

  @Test
  void rowsOfOneKeyStayTogether() {
    Set<Integer> heldOut = groups(BY_GROUP.other(Part.HELD_OUT));
    assertThat(heldOut).isNotEmpty().hasSizeLessThan(GROUPS);
    assertThat(groups(BY_GROUP))
        .hasSize(GROUPS - heldOut.size())
        .doesNotContainAnyElementsOf(heldOut);
  }

  private Set<Integer> groups(HoldOut split) {
    return read(source().withHoldOut(split)).stream()
        .map(x -> x.intValue() % GROUPS)
        .collect(Collectors.toSet());
  }

  /** Else the smallest sample would be all on one side. */
  @Test
  void aSampleOfTheSameSeedIsDividedToo() {
    FileSource tenth = source().withSubset(new Subset(0.25, 3, Optional.empty()));
    int all = read(tenth).size();
    int heldOut = read(tenth.withHoldOut(BY_PLACE.other(Part.HELD_OUT))).size();
    assertThat(heldOut).isPositive().isLessThan(all / 2);
  }

  @Test
  void theTwoHaveOtherIdentitiesAndBindings() {
    FileSource a = source().withHoldOut(BY_PLACE);
    FileSource b = source().withHoldOut(BY_PLACE.other(Part.HELD_OUT));
    var hadoop = SPARK.sparkContext().hadoopConfiguration();
    assertThat(a.identity(hadoop)).isNotEqualTo(b.identity(hadoop));
    assertThat(a.open(SPARK, List.of(X)).binding())
        .isNotEqualTo(b.open(SPARK, List.of(X)).binding());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.5, Double.NaN})
  void bothPartsAreSome(double fraction) {
    assertThatThrownBy(() -> new HoldOut(fraction, 0, Optional.empty(), Part.SELECTION))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a number above 0 and below 1");
  }

  @Test
  void tablesNeedAKey() {
    assertThatThrownBy(() -> TableSource.of("samples").withHoldOut(BY_PLACE))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected a key column");
  }
}
