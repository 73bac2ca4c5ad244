package io.octant.pipeline.data.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.pipeline.SharedSpark;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.parquet.FileFacts.Reader;
import io.octant.pipeline.data.splits.FileBlocks;
import io.octant.pipeline.data.splits.Piece;
import io.octant.pipeline.data.splits.PieceRdd;
import io.octant.pipeline.data.splits.PlannedRows;
import io.octant.pipeline.data.splits.SplitFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link PageRows} reads is what Spark reads, bit for bit, whatever pages it lies in. */
class PageRowsTest {
  private static final SparkSession SPARK = SharedSpark.session();
  private static final List<String> COLUMNS = List.of("list", "sure", "bytes", "f", "i", "l");
  private static final int ROWS = 600;

  @TempDir Path dir;

  /** Compression, version of pages, bytes of a page, dictionaries, bytes of a row group. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "uncompressed v1 1048576 false 134217728",
        "snappy v1 300 false 4000",
        "snappy v1 300 true 134217728",
        "zstd v1 5000 true 9000",
        "zstd v2 300 true 134217728",
        "uncompressed v2 700 true 134217728",
        "snappy v2 1048576 true 134217728"
      })
  void rowsAreThoseThatSparkReads(String form) throws IOException {
    Path file = written(form, rows(7));
    Map<Long, String> expected = new HashMap<>();
    for (Row row :
        SPARK
            .read()
            .parquet(file.toString())
            .selectExpr("_metadata.row_index as index", "*")
            .collectAsList()) {
      StringBuilder text = new StringBuilder();
      for (String column : COLUMNS) {
        text.append(cell(row.getAs(column))).append(' ');
      }
      expected.put(row.getLong(0), text.toString());
    }

    assertThat(expected).hasSize(ROWS);
    assertThat(read(file, facts(file), 0, ROWS)).isEqualTo(expected);
    // Groups before and behind are skipped, rows as well.
    for (long[] range : new long[][] {{0, 1}, {17, 19}, {ROWS - 1, ROWS}, {250, 500}}) {
      Map<Long, String> part = new HashMap<>(expected);
      part.keySet().removeIf(row -> row < range[0] || row >= range[1]);
      assertThat(read(file, facts(file), range[0], range[1])).isEqualTo(part);
    }
  }

  @Test
  void otherTypesAndEncodingsAreSparks() throws IOException {
    Path delta = written("snappy v2 1048576 false 134217728", rows(3));
    assertThat(facts(delta).reader()).isEqualTo(Reader.VECTORIZED);
    Path gzip = written("gzip v1 1048576 true 134217728", rows(3));
    assertThat(facts(gzip).reader()).isEqualTo(Reader.VECTORIZED);
    Path floats = written("snappy v1 1048576 true 134217728", rows(3));
    for (String other : List.of("text", "doubles", "absent")) {
      List<String> columns = List.of("list", other);
      assertThat(facts(floats, columns).reader()).isEqualTo(Reader.VECTORIZED);
    }
  }

  /** Whatever bytes of pages are others: the file is named, or the bytes were of no value. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "uncompressed v1 700 true 5000",
        "snappy v2 300 true 134217728",
        "zstd v1 900 true 9000"
      })
  void damageEndsInAMessage(String form) throws IOException {
    Path file = written(form, rows(5));
    byte[] whole = Files.readAllBytes(file);
    FileFacts facts = facts(file);
    long seed = Long.getLong("octant.seed", System.nanoTime());
    System.out.println("PageRowsTest: octant.seed=" + seed);
    Random random = new Random(seed);
    int pages = (int) (whole.length - 8 - footer(whole));
    for (int i = 0; i < 40; i++) {
      byte[] damaged = whole.clone();
      for (int at = random.nextInt(pages), n = 1 + random.nextInt(6); n > 0; n--) {
        damaged[Math.min(pages - 1, at + n)] ^= (byte) (1 + random.nextInt(255));
      }
      Files.write(file, damaged);
      try {
        assertThat(read(file, facts, 0, ROWS, false)).hasSize(ROWS);
      } catch (Exception e) {
        assertThat(FileFailure.find(e))
            .as("seed %d, file %d", seed, i)
            .get()
            .isInstanceOf(DataException.class)
            .extracting(Throwable::getMessage)
            .asString()
            .contains(file.getFileName().toString());
      }
    }
  }

  @Test
  void aColumnThatSparkHasNotedAsAnotherTypeIsSparks() {
    DataType floats = DataTypes.createArrayType(DataTypes.FloatType, false);
    String noted = new StructType().add("x", floats).add("y", DataTypes.IntegerType, false).json();
    assertThat(PageColumn.Kind.FLOATS.isNoted(noted, "x")).isTrue();
    assertThat(PageColumn.Kind.INT.isNoted(noted, "y")).isTrue();
    assertThat(PageColumn.Kind.LONG.isNoted(noted, "y")).isFalse();
    assertThat(PageColumn.Kind.INT.isNoted(noted, "z")).isFalse();
    assertThat(PageColumn.Kind.INT.isNoted("\"integer\"", "y")).isFalse();
    assertThat(PageColumn.Kind.INT.isNoted("{", "y")).isFalse();
  }

  @Test
  void pagesAreHeldToTheirChecksums() throws IOException {
    Path file = written("uncompressed v1 1048576 false 134217728", rows(5));
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 3] ^= 1;
    FileFacts facts = facts(file);
    Files.write(file, bytes);
    assertThatThrownBy(
            () -> {
              try {
                read(file, facts, 0, ROWS);
              } catch (Exception e) {
                throw FileFailure.find(e).orElseThrow(() -> e);
              }
            })
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file.getFileName() + ": damaged or changed (")
        .hasMessageContaining("checksum");
  }

  /** 100 files of a task, each of which takes six times 8 MB while it is read. */
  @Test
  void theMemoryOfAFileThatHasBeenReadIsFree() throws IOException {
    Float[] list = new Float[2 << 20];
    Arrays.fill(list, 0.5f);
    Row row = RowFactory.create(list, list, new byte[0], 1f, 1, 1L, "", new Double[0]);
    Path file = written("uncompressed v1 134217728 false 134217728", List.of(row));
    FileFacts facts = facts(file, COLUMNS);
    Piece piece = new Piece(facts.uri(), 0, file.toFile().length(), 0, 1, Piece.Extent.WHOLE);

    assertThat(planned(file, facts, true).read(List.of(Collections.nCopies(100, piece))).count())
        .isEqualTo(100);
  }

  private static int footer(byte[] file) {
    return PageValues.integer(file, file.length - 8);
  }

  /** Lists short, long, empty, null and with nulls; values that repeat and that do not. */
  private static List<Row> rows(long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      boolean repeats = i < ROWS / 2;
      rows.add(
          RowFactory.create(
              random.nextInt(9) == 0 ? null : list(random, true, repeats),
              list(random, false, repeats),
              random.nextInt(5) == 0 ? null : new byte[random.nextInt(4)],
              random.nextInt(7) == 0 ? null : repeats ? 1.5f : random.nextFloat(),
              random.nextInt(4) - 2,
              random.nextInt(7) == 0 ? null : Long.valueOf(random.nextInt(30) - (1L << 40)),
              "text " + i,
              new Double[] {1.0 * i}));
    }
    return rows;
  }

  private static Float[] list(Random random, boolean nulls, boolean repeats) {
    int[] lengths = {0, 1, 2, 7, 8, 9, 64, 65, 300};
    Float[] list = new Float[lengths[random.nextInt(lengths.length)]];
    for (int i = 0; i < list.length; i++) {
      boolean isNull = nulls && random.nextInt(40) == 0;
      list[i] = isNull ? null : repeats ? (float) random.nextInt(200) : random.nextFloat();
    }
    return list;
  }

  private Path written(String form, List<Row> rows) throws IOException {
    String[] parts = form.split(" ");
    StructType schema =
        new StructType()
            .add("list", DataTypes.createArrayType(DataTypes.FloatType, true), true)
            .add("sure", DataTypes.createArrayType(DataTypes.FloatType, false), false)
            .add("bytes", DataTypes.BinaryType, true)
            .add("f", DataTypes.FloatType, true)
            .add("i", DataTypes.IntegerType, false)
            .add("l", DataTypes.LongType, true)
            .add("text", DataTypes.StringType, true)
            .add("doubles", DataTypes.createArrayType(DataTypes.DoubleType), true);
    Path folder = dir.resolve(form.replace(' ', '_'));
    DataFrameWriter<Row> writer =
        SPARK.createDataFrame(rows, schema).coalesce(1).write().option("compression", parts[0]);
    writer
        .option("parquet.writer.version", parts[1])
        .option("parquet.page.size", parts[2])
        .option("parquet.enable.dictionary", parts[3])
        .option("parquet.block.size", parts[4])
        .option("parquet.page.row.count.limit", parts[2].length() < 4 ? "50" : "20000")
        .option("parquet.page.size.row.check.min", "1")
        .option("parquet.block.size.row.check.min", "10")
        .parquet(folder.toString());
    try (var files = Files.list(folder)) {
      List<Path> data = files.filter(f -> f.toString().endsWith(".parquet")).toList();
      Path crc = folder.resolve("." + data.get(0).getFileName() + ".crc");
      Files.deleteIfExists(crc);
      return data.get(0);
    }
  }

  private static FileFacts facts(Path file) throws IOException {
    FileFacts facts = facts(file, COLUMNS);
    if (facts.rows() != ROWS) {
      throw new AssertionError(facts);
    }
    return facts;
  }

  private static FileFacts facts(Path file, List<String> columns) throws IOException {
    FileSystem fs = FileSystem.getLocal(new Configuration());
    return new FooterReader(columns)
        .read(fs, new DataFile(file.toUri().toString(), Files.size(file), "", true));
  }

  private static Map<Long, String> read(Path file, FileFacts facts, long from, long to) {
    return read(file, facts, from, to, true);
  }

  /** Rows by index. */
  private static Map<Long, String> read(
      Path file, FileFacts facts, long from, long to, boolean verify) {
    assertThat(facts.reader()).isEqualTo(Reader.PAGES);
    long length = facts.blocks().stream().mapToLong(block -> block.length()).sum();
    Piece piece = new Piece(facts.uri(), 0, length, from, to, Piece.Extent.CUT);
    Map<Long, String> rows = new HashMap<>();
    planned(file, facts, verify)
        .read(List.of(List.of(piece)))
        .map(PageRowsTest::text)
        .collect()
        .forEach(row -> rows.put(Long.parseLong(row.get(0)), row.get(1)));
    return rows;
  }

  private static PlannedRows planned(Path file, FileFacts facts, boolean verify) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(SPARK.sparkContext());
    PageRows pages =
        new PageRows(
            context.broadcast(new SerializableConfiguration(context.hadoopConfiguration())),
            COLUMNS,
            verify);
    FileBlocks blocks = new FileBlocks(facts.uri(), facts.blocks());
    return new PlannedRows(
        new PieceRdd<InternalRow>(SPARK.sparkContext(), pages),
        COLUMNS.size() + 1,
        List.of(new SplitFile(blocks, file.toFile().length(), "")),
        read -> {});
  }

  private static List<String> text(InternalRow row) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < COLUMNS.size(); i++) {
      Object value = row.isNullAt(i) ? null : row.get(i, PageColumn.Kind.values()[kind(i)].type());
      text.append(cell(value)).append(' ');
    }
    return List.of(String.valueOf(row.getLong(COLUMNS.size() + 1)), text.toString());
  }

  private static int kind(int column) {
    return List.of(0, 0, 4, 1, 2, 3).get(column);
  }

  private static String cell(@Nullable Object value) {
    if (value instanceof ArrayData list) {
      List<String> all = new ArrayList<>();
      for (int i = 0; i < list.numElements(); i++) {
        all.add(list.isNullAt(i) ? "null" : Float.toString(list.getFloat(i)));
      }
      return all.toString();
    } else if (value instanceof scala.collection.Iterable<?> list) {
      List<String> all = new ArrayList<>();
      list.foreach(element -> all.add(String.valueOf(element)));
      return all.toString();
    }
    return value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value);
  }
}
