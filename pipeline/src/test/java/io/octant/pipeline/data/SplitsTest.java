package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.ReadSamples.Partition;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.pipeline.data.splits.Split;
import io.octant.tensor.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Days of files with 40 samples each, ten in a row group. */
class SplitsTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 2);

  @TempDir Path dir;

  @BeforeEach
  void twoDays() {
    write("day=1", 0);
    write("day=1", 40);
    write("day=3", 80);
  }

  private void write(String day, long first) {
    SPARK
        .range(first, first + 40)
        .selectExpr("array(cast(id as float), 0f) as x")
        .coalesce(1)
        .sortWithinPartitions("x")
        .write()
        .mode("append")
        .option("parquet.block.row.count.limit", "10")
        .parquet(dir.resolve(day).toString());
  }

  private Path onlyFile(String day) throws IOException {
    try (Stream<Path> files = Files.list(dir.resolve(day))) {
      return files
          .filter(p -> p.getFileName().toString().startsWith("part-"))
          .findFirst()
          .orElseThrow();
    }
  }

  private FileSource source() {
    return ParquetFormat.source(dir.toString());
  }

  private Samples<?> open(FileSource source) {
    return source.open(SPARK, List.of(X));
  }

  @Test
  void aPartitionOfTheRecordsReadsWhatItsSplitSays() {
    Samples<?> samples = open(source().withPartitions(7));

    assertThat(samples.splits()).extracting(Split::rows).containsExactly(80L, 40L);
    assertThat(samples.splits().get(0).parts())
        .extracting(p -> p.from() + "-" + p.to())
        .containsExactly("0-40", "0-40");
    assertThat(values(records(samples, List.of(0, 1))))
        .extracting(List::size)
        .containsExactly(80, 40);
    assertThat(values(records(samples, List.of(1)))).containsExactly(numbers(80, 120));
  }

  @Test
  void anotherDayAndAnotherCountOfTasksLeaveSplitsAsTheyAre() {
    List<Split> before = open(source()).splits();
    assertThat(open(source().withPartitions(30)).splits()).isEqualTo(before);
    write("day=2", 120);
    Samples<?> after = open(source());
    assertThat(after.splits()).hasSize(3).containsSubsequence(before);
    assertThat(values(records(after, List.of(1)))).containsExactly(numbers(120, 160));
  }

  @Test
  void aFileThatChangesIsInAnotherSplit() throws IOException {
    Split before = open(source()).splits().get(1);
    Files.setLastModifiedTime(onlyFile("day=3"), FileTime.fromMillis(1_000_000));
    Split after = open(source()).splits().get(1);
    assertThat(after.identity()).isNotEqualTo(before.identity()).contains("modified 1000000");
  }

  /** By one with as many rows: nothing but its time and length tells. */
  @Test
  void aFileThatIsReplacedWhileItIsReadIsRefused() throws IOException {
    write("day=4", 200);
    for (int tasks : new int[] {1, 3, 160}) {
      Samples<?> samples = open(source().withPartitions(tasks));
      Path file = onlyFile("day=3");
      FileTime time = Files.getLastModifiedTime(file);
      long size = Files.size(file);
      Files.copy(onlyFile("day=4"), file, StandardCopyOption.REPLACE_EXISTING);
      // Hadoop's own checksums, which other writers do not leave, would tell as well.
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
      Files.setLastModifiedTime(file, FileTime.fromMillis(time.toMillis() + 5000));
      String message = "Cannot read data: file:" + file + ": changed while it was read, to ";
      assertThatThrownBy(() -> ReadSamples.partitions(samples, 7))
          .rootCause()
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith(message)
          .hasMessageContaining("expected %d bytes, modified %d", size, time.toMillis());
      assertThatThrownBy(() -> records(samples, List.of(1)))
          .rootCause()
          .hasMessageStartingWith(message);
      // Two files, whose order is that of names made up by Spark.
      assertThat(values(records(samples, List.of(0))).get(0))
          .containsExactlyInAnyOrderElementsOf(numbers(0, 80));
    }
  }

  @Test
  void whatMakesSamplesOfRowsIsInTheBinding() {
    Set<String> all = new HashSet<>();
    for (FileSource source :
        List.of(
            source(),
            source()
                .withColumn("x", new ColumnBinding("x", Optional.empty(), 2, 0, Optional.empty())),
            source()
                .withColumn(
                    "x", new ColumnBinding("x", Optional.empty(), 1, 1, Optional.empty())))) {
      all.add(open(source).binding());
    }
    all.add(source().open(SPARK, List.of(SampleField.of("x", DType.FLOAT32, 2, 1))).binding());
    all.add(source().open(SPARK, List.of(SampleField.of("x", DType.FLOAT64, 2))).binding());
    assertThat(all).hasSize(5);
    assertThat(all).contains(open(source().withPartitions(3).withLimit(5)).binding());
  }

  /** Groups of splits, row groups, and rows of a row group; the limit ends in one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 12, 13, 40, 103, 105})
  void tasksReadEveryRowOnceWithoutAShuffle(int tasks) {
    Samples<?> samples = open(source().withPartitions(tasks).withLimit(103));

    assertThat(samples.tasks().rdd().toDebugString()).doesNotContain("ShuffledRowRDD");
    List<List<Double>> read = values(ReadSamples.partitions(samples, 7));
    assertThat(read).hasSize(tasks);
    assertThat(read.stream().flatMap(List::stream).sorted().toList()).isEqualTo(numbers(0, 103));
    assertThat(read.stream().filter(List::isEmpty)).hasSize(Math.max(0, tasks - 103));
    assertThat(read.stream().mapToInt(List::size).max().orElse(0))
        .isLessThanOrEqualTo(Math.max(1, 103 / tasks * 2));
  }

  @Test
  void batchesGoAcrossTheSplitsOfATask() {
    Samples<?> samples = open(source().withPartitions(1));
    int batches = ReadSamples.partitions(samples, 32).stream().mapToInt(Partition::batches).sum();
    // Not three of the first split and two of the second.
    assertThat(batches).isEqualTo(4);
  }

  private static <T> List<Partition> records(Samples<T> samples, List<Integer> splits) {
    return ReadSamples.partitions(samples.records(splits), samples, 7);
  }

  private static List<List<Double>> values(List<Partition> partitions) {
    return partitions.stream()
        .map(p -> p.samples().stream().map(s -> s.values()[0]).toList())
        .toList();
  }

  private static List<Double> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> (double) i).toList();
  }
}
