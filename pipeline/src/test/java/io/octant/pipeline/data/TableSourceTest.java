package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableSourceTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 2);

  @TempDir Path dir;

  private String orc() {
    String path = dir.resolve("data").toString();
    SPARK
        .range(0, 40, 1, 4)
        .selectExpr("array(float(id), 1f) as x", "id % 10 as digit")
        .write()
        .orc(path);
    return "orc.`" + path + "`";
  }

  private static List<Double> read(Samples<?> samples) {
    return ReadSamples.all(samples).stream().map(s -> s.values()[0]).sorted().toList();
  }

  @Test
  void filesOfSparksFormatsAreTables() {
    TableSource source = TableSource.of(orc()).withLabel("digit");
    Samples<?> samples = source.withPartitions(1).open(SPARK, List.of(X));
    assertThat(samples.partitions()).isEqualTo(1);
    assertThat(samples.splits()).isEmpty();
    assertThat(samples.facts().samples()).isEqualTo(40);
    assertThat(ReadSamples.all(samples)).hasSize(40).allMatch(s -> s.label() == s.values()[0] % 10);
    assertThat(read(source.withFilter("digit = 3").open(SPARK, List.of(X))))
        .containsExactly(3d, 13d, 23d, 33d);
    List<Double> half =
        read(source.withSubset(new Subset(0.5, 1, Optional.of("digit"))).open(SPARK, List.of(X)));
    assertThat(half.size() % 4).isZero();
    assertThat(half).isNotEmpty().hasSizeLessThan(40);
  }

  @Test
  void viewsAreTables() {
    SPARK.sql("select array(1f, 2f) as x").createOrReplaceTempView("one_sample");
    assertThat(read(TableSource.of("one_sample").open(SPARK, List.of(X)))).containsExactly(1d);
  }

  @Test
  void noTwoSourcesAreTheSame() {
    assertThat(TableSource.of("t").identity(SPARK.sparkContext().hadoopConfiguration()))
        .isNotEqualTo(TableSource.of("t").identity(SPARK.sparkContext().hadoopConfiguration()));
  }

  @Test
  void whatATableCannotDoIsRefused() {
    assertThatThrownBy(() -> TableSource.of("nowhere.t").open(SPARK, List.of(X)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot read table nowhere.t: ")
        .hasMessageEndingWith("expected a table that the session knows");
    assertThatThrownBy(() -> TableSource.of("t").withSubset(new Subset(0.5, 1, Optional.empty())))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot sample table t: its rows have no place of their own, expected a key column");
  }

  @Test
  void aNullIsNamedWithItsTable() {
    SPARK.sql("select array(1f, null) as x").createOrReplaceTempView("one_null");
    assertThatThrownBy(
            () -> {
              try {
                read(TableSource.of("one_null").open(SPARK, List.of(X)));
              } catch (Exception e) {
                throw FileFailure.find(e).orElseThrow();
              }
            })
        .isInstanceOf(DataException.class)
        .hasMessageContaining("table:/one_null row 0: null at position 1");
  }
}
