package io.octant.pipeline.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.ReadSamples.Sample;
import io.octant.pipeline.data.parquet.ParquetFormat;
import io.octant.tensor.DType;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files as pyarrow writes them, ten samples of eight numbers each, and folders as people leave
 * them.
 */
class ParquetCasesTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final SampleField X = SampleField.of("x", DType.FLOAT32, 8);

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"bss", "nested", "odd", "emptygroups"})
  void differentFilesOfTheSameSamplesAreTheSame(String name) {
    List<Sample> plain =
        ReadSamples.all(ParquetFormat.source(folder("br[1]")).open(SPARK, List.of(X)));
    assertThat(plain).hasSize(10);
    assertThat(plain.get(0).values()).startsWith(2.040919065475464, -2.5556650161743164);

    FileSource source = ParquetFormat.source(folder(name));
    if (name.equals("odd")) {
      source = source.withColumn("x", "wert `ä`");
    }
    assertThat(ReadSamples.multiset(ReadSamples.all(source.open(SPARK, List.of(X)))))
        .isEqualTo(ReadSamples.multiset(plain));
  }

  @Test
  void rowsWithoutSparksSqlAreThoseWithIt() {
    SampleField n = SampleField.of("n", DType.INT64, 1);
    SPARK
        .range(0, 50, 1, 3)
        .selectExpr(
            "id as n",
            "cast(id % 5 as int) as label",
            "transform(sequence(1, 8), i -> float(i * id)) as x")
        .write()
        .parquet(dir.resolve("data").toString());
    FileSource source = ParquetFormat.source(dir.resolve("data").toString()).withLabel("label");

    for (FileSource some : List.of(source, source.withLimit(31), source.withPartitions(7))) {
      for (List<SampleField> inputs : List.of(List.of(X, n), List.of(n, X))) {
        List<Sample> plain = ReadSamples.all(some.open(SPARK, inputs));
        List<Sample> planned = ReadSamples.all(some.withFilter("true").open(SPARK, inputs));
        assertThat(plain).hasSizeGreaterThan(30);
        assertThat(ReadSamples.multiset(plain)).isEqualTo(ReadSamples.multiset(planned));
      }
    }
    // A column for two inputs is not plain.
    SampleField y = SampleField.of("y", DType.FLOAT32, 8);
    assertThat(ReadSamples.all(source.withColumn("y", "x").open(SPARK, List.of(X, y)))).hasSize(50);
  }

  @Test
  void nestedListsKeepToTheShapeWhereTheyHaveItsDepth() {
    FileSource nested = ParquetFormat.source(folder("nested"));
    assertThat(
            ReadSamples.all(
                nested.open(SPARK, List.of(SampleField.of("x", DType.FLOAT32, 1, 2, 4)))))
        .hasSize(10);
    assertFails(
        nested.open(SPARK, List.of(SampleField.of("x", DType.FLOAT32, 4, 2))),
        "row 0: 2 values, expected 4 for input 'x'");
    assertFails(
        nested.open(SPARK, List.of(SampleField.of("x", DType.FLOAT32, 9))),
        "row 0: 8 values in lists of [2, 4], expected 9 for input 'x'");
  }

  @Test
  void aCodecThatSparkDoesNotHaveIsNamed() {
    assertThatThrownBy(() -> ParquetFormat.source(folder("cbrotli")).open(SPARK, List.of(X)))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "cbrotli/a.parquet: its pages are compressed with BROTLI",
            "class org.apache.hadoop.io.compress.BrotliCodec is not on Spark's class path");
  }

  @Test
  void integersOf64BitsFillNarrowerInputsIfTheyFit() {
    FileSource ids = ParquetFormat.source(folder("ids64"));
    List<Sample> read =
        ReadSamples.all(ids.open(SPARK, List.of(SampleField.of("ids", DType.INT32, 6))));
    assertThat(read).hasSize(6);
    assertThat(read.get(0).values()).startsWith(5, 0, 10, 6);
    assertFails(
        ids.open(SPARK, List.of(SampleField.of("ids", DType.BOOL, 6))),
        "Cannot read column 'ids'",
        "row 0: 5 at position 0, expected 0 to 1 for input 'ids'");
  }

  @Test
  void unsigned64BitIntegersAreRefused() {
    assertThatThrownBy(() -> ParquetFormat.source(folder("u64")).open(SPARK, List.of(X)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("array<decimal(20,0)>, expected numbers of up to 64 bits in a list");
  }

  @Test
  void filesOfDifferentTypesAreRefused() {
    assertThatThrownBy(() -> ParquetFormat.source(folder("mixed")).open(SPARK, List.of(X)))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "column 'x'", "mixed/b.parquet: list<DOUBLE>, expected list<FLOAT> as in", "a.parquet");
  }

  @Test
  void bytesAndWholeNumbersScale() {
    String path = dir.resolve("pixels").toString();
    SPARK
        .sql("select X'00FF80' as image, array(0S, 255S, 128S) as list, 7 as one")
        .write()
        .parquet(path);
    SampleField image = SampleField.of("image", DType.FLOAT32, 1, 3, 1);
    double[] expected = {-1, 1, (float) (128 * 2 / 255d - 1)};
    for (String column : List.of("image", "list")) {
      ColumnBinding pixels =
          new ColumnBinding(
              column,
              column.equals("image")
                  ? java.util.Optional.of(DType.UINT8)
                  : java.util.Optional.empty(),
              2 / 255d,
              -1,
              java.util.Optional.empty());
      assertThat(
              ReadSamples.all(
                      ParquetFormat.source(path)
                          .withColumn("image", pixels)
                          .open(SPARK, List.of(image)))
                  .get(0)
                  .values())
          .containsExactly(expected);
    }
    SampleField one = SampleField.of("one", DType.INT64, 1);
    assertThat(
            ReadSamples.all(ParquetFormat.source(path).open(SPARK, List.of(one))).get(0).values())
        .containsExactly(7);
  }

  @Test
  void namesOfStructuresJoinWithDotsAndOnesOfTheirOwnGoFirst() {
    String path = dir.resolve("structures").toString();
    SPARK
        .sql(
            "select named_struct('b', array(1f, 2f)) as a, array(3f, 4f) as `c.d`,"
                + " named_struct('d', array(5f, 6f)) as c")
        .write()
        .parquet(path);
    SampleField two = SampleField.of("x", DType.FLOAT32, 2);
    for (String name : List.of("a.b", "c.d")) {
      double[] values =
          ReadSamples.all(
                  ParquetFormat.source(path).withColumn("x", name).open(SPARK, List.of(two)))
              .get(0)
              .values();
      assertThat(values)
          .containsExactly(name.equals("a.b") ? new double[] {1, 2} : new double[] {3, 4});
    }
  }

  @Test
  void filesLeftOutAreCounted() throws IOException {
    Path data = dir.resolve("data");
    Files.createDirectories(data.resolve("deeper"));
    Files.createDirectories(data.resolve("_temporary"));
    Path file = Path.of(folder("br[1]")).resolve("a.parquet");
    for (String name : List.of("a.parquet", "b", "c.data", "deeper/d.parquet", "_temporary/e")) {
      Files.copy(file, data.resolve(name));
    }
    for (String name : List.of("_SUCCESS", ".hidden.parquet", "zero.parquet")) {
      Files.createFile(data.resolve(name));
    }
    Files.writeString(data.resolve("README.txt"), "ten samples");

    Samples<?> samples = ParquetFormat.source(data.toString()).open(SPARK, List.of(X));

    assertThat(samples.facts())
        .isEqualTo(new DataFacts(3, 30, new SkippedFiles(3, 1, 1, 1), List.of(), 3));
    assertThat(ReadSamples.all(samples)).hasSize(30);
    assertThat(
            ReadSamples.all(
                ParquetFormat.source(data.toString()).withLimit(14).open(SPARK, List.of(X))))
        .hasSize(14);
    Files.delete(data.resolve("a.parquet"));
    Files.delete(data.resolve("b"));
    Files.delete(data.resolve("c.data"));
    assertThatThrownBy(() -> ParquetFormat.source(data.toString()).open(SPARK, List.of(X)))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "Cannot read data: "
                + data
                + ": no Parquet file in it (files left out: 3 hidden, 1 of zero bytes, 1 not"
                + " Parquet, 1 in folders below), expected at least one");
  }

  @Test
  void damageInsideAPageIsFoundWhereThereAreChecksums() throws IOException {
    Path data = dir.resolve("flipped");
    SPARK
        .range(1000)
        .selectExpr("array(cast(id as float), 1f, 2f, 3f, 4f, 5f, 6f, 7f) as x")
        .coalesce(1)
        .write()
        .option("compression", "uncompressed")
        .parquet(data.toString());
    Path file;
    try (var entries = Files.list(data)) {
      file =
          entries
              .filter(p -> p.toString().endsWith(".parquet"))
              .filter(p -> !p.getFileName().toString().startsWith("."))
              .findFirst()
              .orElseThrow();
    }
    Samples<?> whole = ParquetFormat.source(data.toString()).open(SPARK, List.of(X));
    assertThat(whole.facts().filesWithoutChecksums()).isZero();
    assertThat(ReadSamples.all(whole)).hasSize(1000);

    byte[] bytes = Files.readAllBytes(file);
    int middle = find(bytes, 500f);
    bytes[middle] ^= 1;
    Files.write(file, bytes);
    Files.deleteIfExists(data.resolve("." + file.getFileName() + ".crc"));

    assertFails(
        ParquetFormat.source(data.toString()).open(SPARK, List.of(X)),
        "Cannot read data: file:",
        file.getFileName() + ": damaged or changed (",
        "CRC checksum verification failed");
  }

  @Test
  void aFileCutShortIsNamed() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(folder("br[1]")).resolve("a.parquet"));
    Files.write(dir.resolve("a.parquet"), java.util.Arrays.copyOf(whole, whole.length - 100));
    assertThatThrownBy(() -> ParquetFormat.source(dir.toString()).open(SPARK, List.of(X)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.parquet: it begins as Parquet but has no footer");
    byte[] holed = whole.clone();
    java.util.Arrays.fill(holed, whole.length - 300, whole.length - 8, (byte) 0xEE);
    Files.write(dir.resolve("a.parquet"), holed);
    assertThatThrownBy(() -> ParquetFormat.source(dir.toString()).open(SPARK, List.of(X)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.parquet: its footer is unreadable: ");
  }

  @Test
  void storageThatDoesNotAnswerIsNotTheFaultOfTheData() {
    var hadoop = SPARK.sparkContext().hadoopConfiguration();
    hadoop.set("fs.unreachable.impl", UnreachableFileSystem.class.getName());
    String path = "unreachable://" + folder("br[1]");
    assertThatThrownBy(
            () -> {
              try {
                ParquetFormat.source(path).open(SPARK, List.of(X));
              } catch (Exception e) {
                throw FileFailure.find(e).orElseThrow();
              }
            })
        .isInstanceOf(StorageException.class)
        .hasMessageContainingAll(
            "Cannot reach data: unreachable:", "a.parquet: connection refused");
  }

  private static int find(byte[] bytes, float value) {
    byte[] wanted =
        java.nio.ByteBuffer.allocate(4)
            .order(java.nio.ByteOrder.LITTLE_ENDIAN)
            .putFloat(value)
            .array();
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.indexOf(new String(wanted, StandardCharsets.ISO_8859_1));
  }

  private static void assertFails(Samples<?> samples, String... parts) {
    assertThatThrownBy(
            () -> {
              try {
                ReadSamples.all(samples);
              } catch (Exception e) {
                throw FileFailure.find(e).orElseThrow(() -> new AssertionError("no data", e));
              }
            })
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(parts);
  }

  private static String folder(String name) {
    try {
      return Path.of(ParquetCasesTest.class.getResource("cases").toURI()).resolve(name).toString();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
