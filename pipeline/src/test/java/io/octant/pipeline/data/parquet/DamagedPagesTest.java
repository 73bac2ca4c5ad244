package io.octant.pipeline.data.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.FileFailure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every byte of the pages of a small file is another one, without checksums that would tell. */
class DamagedPagesTest {
  private static final MessageType SCHEMA =
      MessageTypeParser.parseMessageType(
          "message m {"
              + " optional group list (LIST) { repeated group list { optional float element; } }"
              + " optional binary bytes; required int32 i; optional int64 l; }");
  private static final List<String> COLUMNS = List.of("list", "bytes", "i", "l");
  private static final int ROWS = 60;

  /** What a read of some kilobytes may take, whatever sizes their headers claim. */
  private static final long MOST_ALLOCATED = 16L << 20;

  @TempDir java.nio.file.Path dir;

  @ParameterizedTest
  @CsvSource({
    "UNCOMPRESSED, PARQUET_1_0, true",
    "UNCOMPRESSED, PARQUET_1_0, false",
    "SNAPPY, PARQUET_2_0, true",
    "ZSTD, PARQUET_1_0, true"
  })
  void endInAMessageOfDataAndTakeNoMemory(
      CompressionCodecName codec, WriterVersion version, boolean dictionary) throws IOException {
    java.nio.file.Path file = written(codec, version, dictionary);
    byte[] whole = java.nio.file.Files.readAllBytes(file);
    ParquetMetadata footer = footer(file);
    BlockMetaData group = footer.getBlocks().get(0);
    int refused = 0;
    int read = 0;
    assertThat(cells(whole, footer)).hasSize(ROWS * COLUMNS.size());
    for (int at = (int) group.getStartingPos(); at < end(group); at++) {
      for (int flip : new int[] {1, 0x80, 0x7F, 0xFF}) {
        byte[] damaged = whole.clone();
        damaged[at] ^= (byte) flip;
        long before = allocated();
        try {
          assertThat(cells(damaged, footer)).hasSize(ROWS * COLUMNS.size());
          read++;
        } catch (IOException | RuntimeException e) {
          assertThat(FileFailure.of("file", e))
              .as("byte %d, flipped %d", at, flip)
              .isInstanceOf(DataException.class);
          assertThat(e).isNotInstanceOf(NullPointerException.class);
          refused++;
        }
        assertThat(allocated() - before)
            .as("byte %d, flipped %d", at, flip)
            .isLessThan(MOST_ALLOCATED);
      }
    }
    assertThat(refused).isPositive();
    assertThat(read).as("values that are other values").isPositive();
  }

  /** Sizes in headers are in no checksum. */
  @ParameterizedTest
  @CsvSource({
    "UNCOMPRESSED, 1000000000, 1000000000",
    "UNCOMPRESSED, 20, 1000000000",
    "SNAPPY, 20, 1000000000",
    "ZSTD, 20, 1000000000"
  })
  void sizesThatHeadersClaimTakeNoMemory(CompressionCodecName codec, int stored, int plain)
      throws IOException {
    java.nio.file.Path file = written(codec, WriterVersion.PARQUET_1_0, false);
    byte[] damaged = java.nio.file.Files.readAllBytes(file);
    ParquetMetadata footer = footer(file);
    PageHeader header = new PageHeader(PageType.DATA_PAGE, plain, stored);
    header.setData_page_header(
        new DataPageHeader(ROWS, Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Util.writePageHeader(header, bytes);
    long first = footer.getBlocks().get(0).getColumns().get(0).getStartingPos();
    System.arraycopy(bytes.toByteArray(), 0, damaged, (int) first, bytes.size());

    long before = allocated();
    assertThatThrownBy(() -> cells(damaged, footer))
        .satisfies(e -> assertThat(FileFailure.of("file", e)).isInstanceOf(DataException.class));
    assertThat(allocated() - before).isLessThan(MOST_ALLOCATED);
  }

  /** A footer that claims fewer rows than the pages hold would lose samples. */
  @Test
  void moreRowsThanTheFooterSaysAreDamage() throws IOException {
    java.nio.file.Path file = written(CompressionCodecName.SNAPPY, WriterVersion.PARQUET_1_0, true);
    byte[] whole = java.nio.file.Files.readAllBytes(file);
    ParquetMetadata footer = footer(file);
    footer.getBlocks().get(0).setRowCount(ROWS - 1);
    assertThatThrownBy(() -> cells(whole, footer))
        .isInstanceOf(DamagedPageException.class)
        .hasMessage("its pages hold more rows than its footer says");
  }

  /** The chunk behind is another column's. */
  @Test
  void readingEndsWithTheChunk() throws IOException {
    ChunkBytes bytes = new ChunkBytes(new ByteArrayInputStream(new byte[100]), 7);
    assertThat(bytes.readNBytes(5)).hasSize(5);
    assertThat(bytes.left()).isEqualTo(2);
    assertThat(bytes.readAllBytes()).hasSize(2);
    assertThat(bytes.read()).isEqualTo(-1);
    assertThatThrownBy(() -> bytes.readFully(new byte[8], 1)).isInstanceOf(IOException.class);
  }

  /** What a group's levels and indices claim to hold has to be there, not what lay there before. */
  @Test
  void packedGroupsBeyondTheirBytesAreDamage() {
    PageRuns runs = new PageRuns();
    byte[] page = new byte[64 + PageRuns.SLACK];
    page[0] = 8 << 1 | 1; // eight groups of eight values, of which one and a half are there
    runs.begin(page, 0, 1 + 3, 2);
    runs.read(new int[12], 12);
    assertThatThrownBy(runs::peek).isInstanceOf(DamagedPageException.class);
  }

  private static long end(BlockMetaData group) {
    return group.getColumns().stream()
        .mapToLong(chunk -> chunk.getStartingPos() + chunk.getTotalSize())
        .max()
        .orElseThrow();
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static ParquetMetadata footer(java.nio.file.Path file) throws IOException {
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(new Path(file.toUri()), new Configuration()))) {
      return reader.getFooter();
    }
  }

  /** All cells as text, a column behind the other. */
  private static List<String> cells(byte[] file, ParquetMetadata footer) throws IOException {
    List<String> all = new ArrayList<>();
    for (String name : COLUMNS) {
      PageColumn column = PageColumn.in(footer.getFileMetaData().getSchema(), name).orElseThrow();
      try (PageCells cells =
          new PageCells(new FSDataInputStream(new MemoryStream(file)), column, false)) {
        for (BlockMetaData group : footer.getBlocks()) {
          cells.begin(chunk(group, name));
          for (int i = 0; i < group.getRowCount(); i++) {
            Object cell = cells.next();
            all.add(
                cell instanceof UnsafeArrayData list
                    ? String.valueOf(list.numElements())
                    : String.valueOf(cell));
          }
          cells.end();
        }
      }
    }
    return all;
  }

  private static ColumnChunkMetaData chunk(BlockMetaData group, String column) {
    return group.getColumns().stream()
        .filter(chunk -> chunk.getPath().toArray()[0].equals(column))
        .findFirst()
        .orElseThrow();
  }

  private java.nio.file.Path written(
      CompressionCodecName codec, WriterVersion version, boolean dictionary) throws IOException {
    java.nio.file.Path file = dir.resolve("small.parquet");
    Random random = new Random(11);
    SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new Path(file.toUri()))
            .withType(SCHEMA)
            .withCompressionCodec(codec)
            .withWriterVersion(version)
            .withDictionaryEncoding(dictionary)
            .withPageRowCountLimit(25)
            .withPageWriteChecksumEnabled(false)
            .build()) {
      for (int row = 0; row < ROWS; row++) {
        Group group = groups.newGroup();
        if (row % 7 != 3) {
          Group list = group.addGroup("list");
          for (int i = random.nextInt(6); i > 0; i--) {
            Group entry = list.addGroup("list");
            if (random.nextInt(5) > 0) {
              entry.append("element", (float) random.nextInt(9));
            }
          }
        }
        if (row % 5 != 1) {
          group.append("bytes", Binary.fromConstantByteArray(new byte[random.nextInt(4)]));
        }
        group.append("i", random.nextInt(20));
        if (row % 3 != 1) {
          group.append("l", (long) random.nextInt(20));
        }
        writer.write(group);
      }
    }
    return file;
  }

  /** Bytes that can be sought in. */
  private static final class MemoryStream extends ByteArrayInputStream
      implements org.apache.hadoop.fs.Seekable, org.apache.hadoop.fs.PositionedReadable {
    MemoryStream(byte[] bytes) {
      super(bytes);
    }

    @Override
    public void seek(long to) {
      pos = (int) to;
    }

    @Override
    public long getPos() {
      return pos;
    }

    @Override
    public boolean seekToNewSource(long to) {
      return false;
    }

    @Override
    public int read(long position, byte[] to, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void readFully(long position, byte[] to, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void readFully(long position, byte[] to) {
      throw new UnsupportedOperationException();
    }
  }
}
