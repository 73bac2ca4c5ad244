package io.octant.pipeline.data.parquet;

import io.octant.pipeline.data.DataFile;
import io.octant.pipeline.data.FileFailure;
import io.octant.pipeline.data.parquet.FileFacts.Checksums;
import io.octant.pipeline.data.parquet.FileFacts.Reader;
import io.octant.pipeline.data.parquet.PageColumn.Kind;
import io.octant.pipeline.data.splits.Block;
import io.octant.pipeline.data.splits.FileBlocks;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.crypto.ParquetCryptoRuntimeException;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntervalLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Reads the footer of one Parquet file and the header of its first page. The bytes are fetched
 * first and parsed afterwards, so that a failure of storage is never taken for a damaged file.
 *
 * @param columns names as {@link ParquetPath} reads them
 */
record FooterReader(List<String> columns) implements Serializable {
  private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ENCRYPTED = "PARE".getBytes(StandardCharsets.US_ASCII);

  /** Under this key Spark notes the types of the data frame that it has written. */
  static final String SPARKS_SCHEMA = "org.apache.spark.sql.parquet.row.metadata";

  private static final int TAIL = 8;
  private static final int FIRST_HEADER_BYTES = 1 << 12;
  private static final int MOST_HEADER_BYTES = 1 << 24;

  /** What Spark's column-wise reader of arrays knows. */
  private static final Set<Encoding> VECTORIZED =
      EnumSet.of(
          Encoding.PLAIN,
          Encoding.RLE,
          Encoding.BIT_PACKED,
          Encoding.PLAIN_DICTIONARY,
          Encoding.RLE_DICTIONARY,
          Encoding.DELTA_BINARY_PACKED,
          Encoding.DELTA_LENGTH_BYTE_ARRAY,
          Encoding.DELTA_BYTE_ARRAY);

  /**
   * Reads.
   *
   * @throws IOException if storage fails, or ends before the length that it told; a damaged file is
   *     no exception but a state
   */
  FileFacts read(FileSystem fs, DataFile file) throws IOException {
    try (FSDataInputStream in = fs.open(file.path())) {
      byte[] start = bytes(in, 0, (int) Math.min(MAGIC.length, file.length()));
      if (!file.isNamedAsData() && !Arrays.equals(start, MAGIC)) {
        return FileFacts.notParquet(file.uri());
      }
      if (file.length() < MAGIC.length + TAIL) {
        return FileFacts.damaged(file.uri(), file.length() + " bytes, too short");
      }
      byte[] tail = bytes(in, file.length() - TAIL, TAIL);
      byte[] end = Arrays.copyOfRange(tail, 4, TAIL);
      if (Arrays.equals(end, ENCRYPTED)) {
        return FileFacts.unfit(file.uri(), "its footer is encrypted");
      }
      if (!Arrays.equals(end, MAGIC)) {
        boolean begun = Arrays.equals(start, MAGIC);
        return FileFacts.damaged(
            file.uri(), begun ? "it begins as Parquet but has no footer" : "no Parquet");
      }
      int length = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
      long footer = file.length() - TAIL - length;
      if (length < 0 || footer < MAGIC.length) {
        return FileFacts.damaged(file.uri(), "its footer would be " + length + " bytes");
      }
      return parse(in, file, bytes(in, footer, length));
    } catch (ChecksumException e) {
      return FileFacts.damaged(file.uri(), FileFailure.rootMessage(e));
    }
  }

  private FileFacts parse(FSDataInputStream in, DataFile file, byte[] footer) throws IOException {
    ParquetMetadata metadata;
    try {
      metadata =
          new ParquetMetadataConverter()
              .readParquetMetadata(
                  new ByteArrayInputStream(footer), ParquetMetadataConverter.NO_FILTER);
    } catch (ParquetCryptoRuntimeException e) {
      return FileFacts.unfit(file.uri(), "its columns are encrypted with the key of its footer");
    } catch (IOException | RuntimeException e) {
      return FileFacts.damaged(file.uri(), "its footer is unreadable: " + message(e));
    }
    MessageType schema = metadata.getFileMetaData().getSchema();
    List<String> types = new ArrayList<>();
    List<String[]> paths = new ArrayList<>();
    for (String name : columns) {
      ParquetPath.in(schema, name).ifPresent(paths::add);
      types.add(ParquetPath.in(schema, name).map(path -> type(schema, path)).orElse(""));
    }
    List<Kind> kinds = kinds(metadata);
    Reader reader = kinds.size() == columns.size() ? Reader.PAGES : Reader.VECTORIZED;
    ColumnChunkMetaData first = null;
    // Writers place the pages that an empty group does not have anywhere.
    List<BlockMetaData> groups =
        metadata.getBlocks().stream().filter(g -> g.getRowCount() != 0).toList();
    for (BlockMetaData block : groups) {
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        if (paths.stream().noneMatch(path -> ParquetPath.starts(chunk.getPath().toArray(), path))) {
          continue;
        }
        if (chunk.isEncrypted()) {
          return FileFacts.unfit(
              file.uri(), "its column " + chunk.getPath().toDotString() + " is encrypted");
        }
        if (!isLoadable(chunk.getCodec())) {
          return FileFacts.unfit(file.uri(), missingCodec(chunk.getCodec()));
        }
        if (chunk.getStartingPos() < 0
            || chunk.getTotalSize() < 0
            || chunk.getStartingPos() > file.length() - chunk.getTotalSize()) {
          return FileFacts.damaged(file.uri(), "a column chunk lies beyond its end");
        }
        if (!VECTORIZED.containsAll(chunk.getEncodings())) {
          reader = Reader.ROWS;
        } else if (reader == Reader.PAGES && !PageColumn.isKnown(chunk)) {
          reader = Reader.VECTORIZED;
        }
        first = first == null ? chunk : first;
      }
    }
    String foreign = foreign(schema);
    if (reader != Reader.PAGES && !foreign.isEmpty()) {
      return FileFacts.unfit(file.uri(), foreign);
    }
    Checksums checksums = Checksums.PRESENT;
    if (first != null && first.getTotalSize() > 0) {
      try {
        checksums = firstPage(in, first).isSetCrc() ? Checksums.PRESENT : Checksums.ABSENT;
      } catch (UnreadableHeaderException e) {
        return FileFacts.damaged(file.uri(), "a page header is unreadable: " + message(e));
      }
    }
    return new FileFacts(
        file.uri(),
        FileFacts.State.READABLE,
        foreign,
        blocks(file, groups),
        types,
        checksums,
        reader,
        reader == Reader.PAGES ? kinds : List.of());
  }

  /** Spark reads no column of a file that has one of a type that it does not know; "" if it can. */
  private static String foreign(MessageType schema) {
    for (ColumnDescriptor column : schema.getColumns()) {
      LogicalTypeAnnotation type = column.getPrimitiveType().getLogicalTypeAnnotation();
      if (type instanceof Float16LogicalTypeAnnotation
          || type instanceof IntervalLogicalTypeAnnotation) {
        return "its column "
            + String.join(".", column.getPath())
            + " is of type "
            + type
            + ", with which Spark reads none of its columns";
      }
    }
    return "";
  }

  /**
   * What the columns are, of those that are what they look like: Spark may have noted otherwise.
   */
  private List<Kind> kinds(ParquetMetadata metadata) {
    MessageType schema = metadata.getFileMetaData().getSchema();
    if (schema.getFields().stream().map(Type::getName).distinct().count()
        < schema.getFieldCount()) {
      return List.of();
    }
    String noted = metadata.getFileMetaData().getKeyValueMetaData().get(SPARKS_SCHEMA);
    List<Kind> kinds = new ArrayList<>();
    for (String name : columns) {
      PageColumn.in(schema, name)
          .map(PageColumn::kind)
          .filter(kind -> noted == null || kind.isNoted(noted, name))
          .ifPresent(kinds::add);
    }
    return kinds;
  }

  /**
   * Row groups with the bytes from where they begin to where the next does. Spark reads a group
   * with the range that holds its middle. Groups out of order are one block, as are those with
   * columns that are encrypted, which may be of any size.
   */
  private static List<Block> blocks(DataFile file, List<BlockMetaData> groups) {
    if (groups.stream()
        .flatMap(group -> group.getColumns().stream())
        .anyMatch(ColumnChunkMetaData::isEncrypted)) {
      long all = groups.stream().mapToLong(BlockMetaData::getRowCount).sum();
      return FileBlocks.whole(file.uri(), file.length(), all).blocks();
    }
    List<Block> out = new ArrayList<>();
    long start = 0;
    long rows = 0;
    boolean ordered = !groups.isEmpty();
    for (int i = 0; i < groups.size(); i++) {
      BlockMetaData group = groups.get(i);
      long end = i == groups.size() - 1 ? file.length() : groups.get(i + 1).getStartingPos();
      long middle = group.getStartingPos() + group.getCompressedSize() / 2;
      ordered &= middle >= start && middle < end;
      out.add(new Block(start, end - start, group.getRowCount()));
      rows += group.getRowCount();
      start = end;
    }
    return ordered ? out : FileBlocks.whole(file.uri(), file.length(), rows).blocks();
  }

  /** Headers are some tens of bytes, unless statistics in them hold long texts. */
  private static PageHeader firstPage(FSDataInputStream in, ColumnChunkMetaData chunk)
      throws IOException, UnreadableHeaderException {
    int most = (int) Math.min(chunk.getTotalSize(), MOST_HEADER_BYTES);
    for (int length = Math.min(most, FIRST_HEADER_BYTES); ; length = most) {
      byte[] bytes = bytes(in, chunk.getStartingPos(), length);
      try {
        return Util.readPageHeader(new ByteArrayInputStream(bytes));
      } catch (IOException | RuntimeException e) {
        if (length == most) {
          throw new UnreadableHeaderException(e);
        }
      }
    }
  }

  private static String type(MessageType schema, String[] path) {
    List<String> leaves = new ArrayList<>();
    for (ColumnDescriptor leaf : schema.getColumns()) {
      if (ParquetPath.starts(leaf.getPath(), path)) {
        int depth = leaf.getMaxRepetitionLevel();
        var logical = leaf.getPrimitiveType().getLogicalTypeAnnotation();
        String name =
            leaf.getPrimitiveType().getPrimitiveTypeName() + (logical == null ? "" : " " + logical);
        leaves.add("list<".repeat(depth) + name + ">".repeat(depth));
      }
    }
    return String.join(", ", leaves);
  }

  private static boolean isLoadable(CompressionCodecName codec) {
    String name = codec.getHadoopCompressionCodecClassName();
    try {
      return name == null
          || Class.forName(name, false, Thread.currentThread().getContextClassLoader()) != null;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static String missingCodec(CompressionCodecName codec) {
    return "its pages are compressed with "
        + codec
        + ", for which class "
        + codec.getHadoopCompressionCodecClassName()
        + " is not on Spark's class path";
  }

  private static byte[] bytes(FSDataInputStream in, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(position, bytes);
    return bytes;
  }

  private static String message(Exception e) {
    return FileFailure.rootMessage(e);
  }

  /** A page header that is no such thing. */
  private static final class UnreadableHeaderException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableHeaderException(Throwable cause) {
      super(cause);
    }
  }
}
