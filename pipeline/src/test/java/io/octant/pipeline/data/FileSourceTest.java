package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.ReadSamples.Sample;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.tensor.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileSourceTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField IMAGE = SampleField.of("input", DType.FLOAT32, 1, 28, 28);
  private static final SampleField TWO = SampleField.of("x", DType.FLOAT32, 2);
  private static final String DIGITS = "../examples/digits/test.parquet";

  @TempDir Path dir;

  @Test
  void readsRealDigitsAsSparkDoesThroughItsPublicRows() {
    FileSource source =
        ParquetFormat.source(DIGITS).withColumn("input", "image").withLabel("label");

    List<Sample> read = ReadSamples.all(source.open(SPARK, List.of(IMAGE)));

    List<Sample> rows = new ArrayList<>();
    for (Row r : SPARK.read().parquet(DIGITS).select("image", "label").collectAsList()) {
      List<Float> image = r.getList(0);
      rows.add(new Sample(image.stream().mapToDouble(Float::doubleValue).toArray(), r.getInt(1)));
    }
    assertThat(read).hasSize(1000);
    assertThat(ReadSamples.multiset(read)).isEqualTo(ReadSamples.multiset(rows));
  }

  /** Whose names URIs escape, as those of files. */
  @Test
  void columnsOfFoldersAreThereForACheckToo() throws IOException {
    Path folder = Files.createDirectories(dir.resolve("of größe=3"));
    Files.copy(Path.of(DIGITS), folder.resolve("a b.parquet"));
    FileSource source = ParquetFormat.source(dir.toString()).withColumn("input", "image");
    Configuration hadoop = SPARK.sparkContext().hadoopConfiguration();
    FileSource labelled = source.withLabel("of größe");
    assertThat(labelled.check(hadoop, List.of(IMAGE)))
        .hasValueSatisfying(file -> assertThat(file).endsWith("/of größe=3/a b.parquet"));
    assertThat(ReadSamples.all(labelled.open(SPARK, List.of(IMAGE)))).allMatch(s -> s.label() == 3);
    assertThatThrownBy(() -> source.withLabel("größe").check(hadoop, List.of(IMAGE)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot find column 'größe' for the label");
  }

  @ParameterizedTest
  @CsvSource({
    "array<float>,float32",
    "array<double>,float32",
    "array<int>,float32",
    "array<bigint>,float32",
    "array<tinyint>,float32",
    "array<smallint>,float32",
    "array<double>,float64",
    "array<float>,float64",
    "array<bigint>,int64",
    "array<int>,int64",
    "array<int>,int32",
    "array<smallint>,int32",
    "array<tinyint>,int8"
  })
  void convertsElementTypes(String column, String dtype) {
    String path = write("select cast(array(3, -7) as " + column + ") as x");

    List<Sample> read =
        ReadSamples.all(
            ParquetFormat.source(path)
                .open(SPARK, List.of(SampleField.of("x", DType.of(dtype), 2))));

    assertThat(read).hasSize(1);
    assertThat(read.get(0).values()).containsExactly(3, -7);
  }

  @ParameterizedTest
  @CsvSource({"float32", "float64", "int64", "int32", "int8", "uint8"})
  void readsBinaryColumnsAsLittleEndianElements(String name) {
    DType dtype = DType.of(name);
    ByteBuffer bytes = ByteBuffer.allocate(2 * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int v : new int[] {5, 100}) {
      switch (dtype) {
        case FLOAT32 -> bytes.putFloat(v);
        case FLOAT64 -> bytes.putDouble(v);
        case INT64 -> bytes.putLong(v);
        case INT32 -> bytes.putInt(v);
        default -> bytes.put((byte) v);
      }
    }
    String path = write("binary", List.of((Object) bytes.array()));

    List<Sample> read =
        ReadSamples.all(
            ParquetFormat.source(path).open(SPARK, List.of(SampleField.of("x", dtype, 2))));

    assertThat(read.get(0).values()).containsExactly(5, 100);
  }

  @Test
  void readsUnsignedBytesAboveTheSignedRange() {
    String path = write("binary", List.of((Object) new byte[] {(byte) 200, (byte) 255}));
    List<Sample> read =
        ReadSamples.all(
            ParquetFormat.source(path).open(SPARK, List.of(SampleField.of("x", DType.UINT8, 2))));
    assertThat(read.get(0).values()).containsExactly(200, 255);
  }

  @Test
  void fillsSeveralInputsFromNamedColumns() {
    String path = write("select array(1L, 2L) as ids, array(1.5f) as x, 4Y as y");
    Samples<?> samples =
        ParquetFormat.source(path)
            .withColumn("tokens", "ids")
            .withLabel("y")
            .open(
                SPARK,
                List.of(
                    SampleField.of("tokens", DType.INT64, 2),
                    SampleField.of("x", DType.FLOAT32, 1)));
    Sample read = ReadSamples.all(samples).get(0);
    assertThat(read.values()).containsExactly(1, 2);
    assertThat(read.label()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"1", "3", "8"})
  void partitionsKeepEverySample(int partitions) {
    FileSource source =
        ParquetFormat.source(DIGITS).withColumn("input", "image").withLabel("label");
    List<String> all = ReadSamples.multiset(ReadSamples.all(source.open(SPARK, List.of(IMAGE))));

    Samples<?> samples = source.withPartitions(partitions).open(SPARK, List.of(IMAGE));

    assertThat(samples.partitions()).isEqualTo(partitions);
    assertThat(ReadSamples.multiset(ReadSamples.all(samples))).isEqualTo(all);
    if (partitions > 1) {
      assertThat(ReadSamples.partitions(samples, 32))
          .allSatisfy(p -> assertThat(p.samples()).isNotEmpty());
    }
  }

  @Test
  void limitTakesTheFirstRowsInOrderOfFilesAndRows() {
    String path = dir.resolve("many").toString();
    for (int file = 0; file < 3; file++) {
      SPARK
          .range(file * 10, file * 10 + 10)
          .selectExpr("array(cast(id as float), 0f) as x")
          .coalesce(1)
          .write()
          .mode("append")
          .parquet(path + "/part=" + file);
    }
    for (int partitions : new int[] {1, 2, 5}) {
      Samples<?> samples =
          ParquetFormat.source(path)
              .withLimit(13)
              .withPartitions(partitions)
              .open(SPARK, List.of(TWO));
      assertThat(ReadSamples.all(samples).stream().mapToDouble(s -> s.values()[0]).sorted())
          .containsExactlyElementsOf(IntStream.range(0, 13).mapToObj(i -> (double) i).toList());
    }
    assertThat(ReadSamples.all(ParquetFormat.source(path).withLimit(99).open(SPARK, List.of(TWO))))
        .hasSize(30);
  }

  @Test
  void countsValuesThatAreNotFinite() {
    String path =
        write(
            "select explode(array(array(1f, float('nan')), array(float('inf'), float('-inf')), "
                + "array(0f, -0f))) as x");
    assertThat(ReadSamples.counts(ParquetFormat.source(path).open(SPARK, List.of(TWO))))
        .isEqualTo(new DataCounts(3, 1, 2, 1, 1, 0));
  }

  @Test
  void namesTheMissingColumn() {
    assertThatThrownBy(() -> ParquetFormat.source(DIGITS).open(SPARK, List.of(IMAGE)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot find column 'input' for input 'input' torch.float32[1, 28, 28] in "
                + DIGITS
                + ", expected one of [image, label]");
  }

  @Test
  void refusesAColumnForAnUnknownInput() {
    assertThatThrownBy(
            () ->
                ParquetFormat.source(DIGITS)
                    .withColumn("inptu", "image")
                    .open(SPARK, List.of(IMAGE)))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot bind a column to model input: inptu, expected input");
  }

  @Test
  void refusesColumnsOfTheWrongType() {
    String path = write("select 'a' as x, array(1.0f, 2.0f) as f, 1.5d as y");
    assertThatThrownBy(() -> ParquetFormat.source(path).open(SPARK, List.of(TWO)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(
            "Cannot read column 'x' of " + path + ": string, expected numbers of up to 64 bits");
    SampleField tokens = SampleField.of("f", DType.INT64, 2);
    assertThatThrownBy(() -> ParquetFormat.source(path).open(SPARK, List.of(tokens)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("array<float>, expected integers of up to 64 bits in a list");
    SampleField f = SampleField.of("f", DType.FLOAT32, 2);
    assertThatThrownBy(() -> ParquetFormat.source(path).withLabel("x").open(SPARK, List.of(f)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("Cannot read label column 'x'")
        .hasMessageContaining("string, expected an integer column");
    assertThat(failure(ParquetFormat.source(path).withLabel("y").open(SPARK, List.of(f))))
        .hasMessageContaining("row 0: label 1.5, expected a class");
  }

  @Test
  void namesFileColumnAndRowOfARaggedSample() {
    String path = write("select explode(array(array(1f, 2f), array(1f), array(1f, 2f))) as x");
    assertFault(path, "column 'x'", ".parquet row 1: 1 values, expected 2 for input 'x'");
  }

  @Test
  void namesFileColumnAndRowOfANull() {
    String path = write("select explode(array(array(1f, 2f), array(1f, null))) as x");
    assertFault(path, ".parquet row 1: null at position 1, expected no null elements");
    String whole = write("select explode(array(null, array(1f, 2f))) as x");
    assertFault(whole, ".parquet row 0: null, expected a value for input 'x'");
  }

  @Test
  void namesTheRowOfAMissingLabel() {
    String path = write("select array(1f, 2f) as x, cast(null as int) as y");
    Samples<?> samples = ParquetFormat.source(path).withLabel("y").open(SPARK, List.of(TWO));
    assertThat(failure(samples))
        .hasMessageContaining("column 'y'")
        .hasMessageContaining("null, expected a class from 0 on");
  }

  @Test
  void refusesBinaryOfTheWrongLength() {
    String path = write("binary", List.of((Object) new byte[7]));
    assertFault(path, "row 0: 7 bytes, expected 8 (little-endian torch.float32) for input 'x'");
  }

  @Test
  void saysThatAPathDoesNotExist() {
    assertThatThrownBy(() -> ParquetFormat.source(dir + "/nowhere").open(SPARK, List.of(TWO)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read data: "
                + dir
                + "/nowhere: no such file, expected an existing file or directory");
  }

  @Test
  void saysThatADirectoryHoldsNoParquet() {
    assertThatThrownBy(() -> ParquetFormat.source(dir.toString()).open(SPARK, List.of(TWO)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no Parquet file in it, expected at least one");
  }

  @Test
  void saysThatAFileIsNoParquet() throws Exception {
    java.nio.file.Files.writeString(dir.resolve("a.parquet"), "this is not a Parquet file at all");
    assertThatThrownBy(() -> ParquetFormat.source(dir.toString()).open(SPARK, List.of(TWO)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.parquet: no Parquet, expected a readable Parquet file");
  }

  @Test
  void namesAFileWhoseColumnHasAnotherTypeThanTheFirst() {
    String path = dir.resolve("mixed").toString();
    SPARK.sql("select array(1f, 2f) as x").write().parquet(path + "/part=0");
    SPARK.sql("select array('a', 'b') as x").write().parquet(path + "/part=1");
    assertThatThrownBy(() -> ParquetFormat.source(path).open(SPARK, List.of(TWO)))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "Cannot read column 'x' of file:",
            "/part=1/",
            "expected list<FLOAT> as in",
            "/part=0/");
  }

  private void assertFault(String path, String... parts) {
    io.octant.OctantException e = failure(ParquetFormat.source(path).open(SPARK, List.of(TWO)));
    assertThat(e).hasMessageContainingAll(parts).hasMessageContaining("file:");
  }

  private static io.octant.OctantException failure(Samples<?> samples) {
    try {
      ReadSamples.all(samples);
    } catch (Exception e) {
      return FileFailure.find(e).orElseThrow(() -> new AssertionError("no data failure", e));
    }
    throw new AssertionError("the data was accepted");
  }

  private String write(String sql) {
    return write(SPARK.sql(sql));
  }

  private String write(String type, List<Object> values) {
    StructType schema = new StructType().add("x", DataType.fromDDL(type));
    return write(SPARK.createDataFrame(values.stream().map(RowFactory::create).toList(), schema));
  }

  private String write(Dataset<Row> rows) {
    String path = dir.resolve("data" + System.nanoTime()).toString();
    rows.coalesce(1).write().parquet(path);
    return path;
  }
}
