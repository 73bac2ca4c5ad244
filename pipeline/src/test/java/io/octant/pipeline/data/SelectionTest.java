package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.ReadSamples.Partition;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two days of 200 samples each: the value is {@code id}, the group its last digit. */
class SelectionTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 1);

  @TempDir Path dir;

  @BeforeEach
  void twoDays() {
    for (int day = 0; day < 2; day++) {
      SPARK
          .range(day * 200, day * 200 + 200, 1, 2)
          .selectExpr("float(id) as x", "id % 10 as `the group`", "struct(id % 7 as b) as a")
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
  void aFilterKeepsRowsOfWhichItIsTrueAndCountsTheOthers() {
    FileSource source = source().withFilter("day = 1 and `the group` < 3 and nullif(a.b, 0) > 1");
    Samples<?> samples = source.open(SPARK, List.of(X));
    List<Double> expected =
        java.util.stream.IntStream.range(200, 400)
            .filter(id -> id % 10 < 3 && id % 7 > 1)
            .mapToObj(id -> (double) id)
            .toList();
    assertThat(read(source)).isEqualTo(expected);
    DataCounts counts = ReadSamples.counts(samples);
    assertThat(counts.samples()).isEqualTo(expected.size());
    assertThat(counts.leftOut()).isEqualTo(400 - expected.size());
    samples.requireAllRead(counts, "calibrate");
    assertThat(samples.binding()).contains("nullif(a.b, 0) > 1");
    assertThat(source.identity(SPARK.sparkContext().hadoopConfiguration())).contains("nullif");
  }

  @Test
  void theLimitCountsRowsBeforeTheFilter() {
    FileSource source = source().withFilter("`the group` = 0").withLimit(250).withPartitions(9);
    assertThat(read(source)).hasSize(25);
  }

  @Test
  void aPartByChanceIsTheSameHoweverTheDataAreCutAndWhateverElseIsThere() {
    FileSource tenth = source().withSubset(new Subset(0.1, 3, Optional.empty()));
    List<Double> rows = read(tenth.withPartitions(1));
    assertThat(rows).hasSizeBetween(20, 60);
    assertThat(read(tenth.withPartitions(33))).isEqualTo(rows);
    assertThat(read(source().withSubset(new Subset(0.3, 3, Optional.empty())))).containsAll(rows);
    assertThat(read(source().withSubset(new Subset(0.1, 4, Optional.empty())))).isNotEqualTo(rows);
    assertThat(
            read(
                ParquetFormat.source(dir + "/day=[01]")
                    .withSubset(new Subset(0.1, 3, Optional.empty()))))
        .isEqualTo(rows);
    SPARK.range(2).selectExpr("float(-id) as x").write().parquet(dir.resolve("day=2").toString());
    assertThat(read(tenth)).containsAll(rows);
  }

  /** The names that are hashed begin behind the path: equal rows of a file, other samples. */
  @Test
  void whereThePlacesOfRowsBeginIsInTheBinding() {
    Subset tenth = new Subset(0.1, 3, Optional.empty());
    Subset keyed = new Subset(0.1, 3, Optional.of("the group"));
    FileSource day = ParquetFormat.source(dir + "/day=0");
    assertThat(binding(day.withSubset(tenth))).isNotEqualTo(binding(source().withSubset(tenth)));
    assertThat(binding(day.withSubset(keyed))).isEqualTo(binding(source().withSubset(keyed)));
  }

  @Test
  void settingsThatAConditionHangsOnAreInTheBinding() {
    FileSource filtered = source().withFilter("x > 1");
    String zone = SPARK.conf().get("spark.sql.session.timeZone");
    String here = binding(filtered);
    String all = binding(source());
    try {
      SPARK.conf().set("spark.sql.session.timeZone", "Asia/Kathmandu");
      assertThat(binding(filtered)).isNotEqualTo(here);
      assertThat(binding(source())).isEqualTo(all);
    } finally {
      SPARK.conf().set("spark.sql.session.timeZone", zone);
    }
  }

  private static String binding(FileSource source) {
    return source.open(SPARK, List.of(X)).binding();
  }

  @Test
  void rowsOfOneKeyStayTogether() {
    List<Double> rows = read(source().withSubset(new Subset(0.5, 0, Optional.of("the group"))));
    assertThat(rows).isNotEmpty().hasSizeLessThan(400);
    assertThat(rows.size() % 40).isZero();
    assertThat(rows.stream().map(x -> x % 10).distinct().count()).isEqualTo(rows.size() / 40);
  }

  @Test
  void whatKeepsNothingIsRefusedAfterwards() {
    Samples<?> samples = source().withFilter("x < 0").open(SPARK, List.of(X));
    List<Partition> read = ReadSamples.partitions(samples, 7);
    assertThat(read.stream().mapToInt(Partition::batches).sum()).isZero();
    assertThatThrownBy(() -> samples.requireAllRead(ReadSamples.counts(samples), "calibrate"))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot calibrate on "
                + dir
                + ": filter, sample and split leave out all 400 rows, expected at least one that they"
                + " keep");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "day = | Syntax error",
        "nothing > 1 | nothing",
        "x + 1 | double",
        "rand() < 0.5 | another result in another run",
        "day < year(current_date()) | another result in another run",
        "pmod(hash(*), 2) = 0 | * in place of columns",
        "row_number() over (order by x) > 1 | a window of other rows",
        "THE > 1 | cannot be resolved",
        "x > (select 1) | another result in another run",
        "sum(x) > 1 | "
      })
  void otherConditionsAreRefused(String condition, String found) {
    assertThatThrownBy(() -> source().withFilter(condition).open(SPARK, List.of(X)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Cannot filter " + dir + " by \"" + condition + "\": ")
        .hasMessageContaining(found == null ? "" : found)
        .hasMessageEndingWith(", expected a condition on the columns of a row and nothing else");
  }

  @Test
  void filesInOtherFoldersAndColumnsOfFileAndFolderAreRefused() {
    SPARK.range(2).selectExpr("float(id) as x", "id as k").write().parquet(dir + "/o/k=1");
    FileSource both = ParquetFormat.source(dir + "/o");
    assertThat(read(both)).containsExactly(0d, 1d);
    assertThatThrownBy(() -> both.withLabel("k").open(SPARK, List.of(X)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot read column 'k' of ")
        .hasMessageContaining("in the file and in the name of its folder");
    SPARK.range(2).selectExpr("float(id) as x").write().mode("append").parquet(dir + "/o");
    assertThatThrownBy(() -> both.open(SPARK, List.of(X)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(": in partition folders [] below the path, expected [k] as for ");
  }

  @Test
  void aConditionThatCannotBeComputedOfARowIsTheFaultOfTheData() {
    Samples<?> samples = source().withFilter("1 / (x - x) > 0").open(SPARK, List.of(X));
    assertThatThrownBy(
            () -> {
              try {
                ReadSamples.all(samples);
              } catch (Exception e) {
                throw FileFailure.find(e).orElseThrow(() -> new AssertionError("no data", e));
              }
            })
        .isInstanceOf(DataException.class)
        .hasMessageContaining("of the data: [DIVIDE_BY_ZERO] Division by zero")
        .hasMessageEndingWith("expected one that can be computed of every row");
  }

  @Test
  void aColumnOfTheConditionThatOneFileLacksIsRefused() {
    SPARK.range(2).selectExpr("float(id) as x").write().parquet(dir.resolve("day=2").toString());
    assertThatThrownBy(() -> source().withFilter("`the group` = 0").open(SPARK, List.of(X)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot read column 'the group' of ")
        .hasMessageContaining("absent, expected INT64");
  }
}
