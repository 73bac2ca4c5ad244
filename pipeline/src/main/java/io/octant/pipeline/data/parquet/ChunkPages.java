package io.octant.pipeline.data.parquet;

import com.github.luben.zstd.Zstd;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.zip.CRC32;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * The pages of a column, one chunk after the other, one page in memory at a time. Buffers are those
 * of every page.
 */
final class ChunkPages implements AutoCloseable {
  private static final int READ_BYTES = 1 << 16;

  /** What some old writers left out of the size of a chunk: the header of its dictionary. */
  private static final int UNCOUNTED_BYTES = 100;

  /** The most that a block of Zstandard becomes, and the fewest bytes that it takes. */
  private static final long ZSTD_BLOCK_BYTES = 1 << 17;

  private static final int ZSTD_BLOCK_HEADER_BYTES = 3;

  private final FSDataInputStream file;
  private final PageColumn column;
  private final boolean verify;
  private final PageRuns repetitions = new PageRuns();
  private final PageRuns definitions = new PageRuns();
  private final PageValues values;
  private byte[] stored = {};
  private byte[] plain = {};
  private ChunkBytes bytes;
  private CompressionCodecName codec = CompressionCodecName.UNCOMPRESSED;

  /** Values, nulls included, of the chunk behind the current page, and left in the page. */
  private long behind;

  private int left;

  /**
   * @param file read by nobody else; closed with this
   * @param verify whether pages are held to their checksums
   */
  ChunkPages(FSDataInputStream file, PageColumn column, boolean verify) {
    this.file = file;
    this.column = column;
    this.verify = verify;
    this.values = new PageValues(column.kind());
    this.bytes = new ChunkBytes(file, 0);
  }

  /** Goes to a chunk. */
  void begin(ColumnChunkMetaData chunk) throws IOException {
    file.seek(chunk.getStartingPos());
    bytes =
        new ChunkBytes(
            new BufferedInputStream(file, READ_BYTES), chunk.getTotalSize() + UNCOUNTED_BYTES);
    codec = chunk.getCodec();
    behind = chunk.getValueCount();
    left = 0;
  }

  /** Values left in the page, nulls included; of the next one if the page is over, 0 at the end. */
  int left() throws IOException {
    while (left == 0 && behind > 0) {
      load();
    }
    return left;
  }

  /** Takes note of values whose levels have been read. */
  void took(int count) {
    left -= count;
  }

  /** Where lists begin (0) and go on (1). */
  PageRuns repetitions() {
    return repetitions;
  }

  PageRuns definitions() {
    return definitions;
  }

  /** The values that are no nulls. */
  PageValues values() {
    return values;
  }

  private void load() throws IOException {
    PageHeader header = Util.readPageHeader(bytes);
    int length = size(header.getCompressed_page_size());
    if (length > bytes.left()) {
      throw new DamagedPageException(
          "a page of " + length + " bytes where its column has " + bytes.left() + " more");
    }
    stored = room(stored, length);
    bytes.readFully(stored, length);
    if (verify && header.isSetCrc()) {
      CRC32 crc = new CRC32();
      crc.update(stored, 0, length);
      if ((int) crc.getValue() != header.getCrc()) {
        throw new DamagedPageException("CRC checksum verification failed");
      }
    }
    int size = size(header.getUncompressed_page_size());
    // What says to be one kind and describes another holds no values, which are then too few.
    if (header.getType() == PageType.DICTIONARY_PAGE && header.isSetDictionary_page_header()) {
      decompress(0, length, 0, size);
      values.dictionary(plain, size, header.getDictionary_page_header().getNum_values());
    } else if (header.getType() == PageType.DATA_PAGE && header.isSetData_page_header()) {
      decompress(0, length, 0, size);
      begin(header.getData_page_header(), size);
    } else if (header.getType() == PageType.DATA_PAGE_V2 && header.isSetData_page_header_v2()) {
      begin(header.getData_page_header_v2(), length, size);
    }
  }

  /** Levels with their lengths before them, all of it compressed. */
  private void begin(DataPageHeader header, int size) {
    count(header.getNum_values());
    int at = 0;
    if (column.isList()) {
      requireRuns(header.getRepetition_level_encoding());
      at = levels(repetitions, 1, at, size);
    }
    if (column.maxDefinition() > 0) {
      requireRuns(header.getDefinition_level_encoding());
      at = levels(definitions, bits(column.maxDefinition()), at, size);
    }
    values.begin(plain, at, size, header.getEncoding());
  }

  private int levels(PageRuns runs, int bits, int at, int size) {
    int from = at + Integer.BYTES;
    if (from > size) {
      throw new DamagedPageException("a page ends before its levels");
    }
    int to = from + PageValues.integer(plain, at);
    if (to < from || to > size) {
      throw new DamagedPageException("a page ends in its levels");
    }
    runs.begin(plain, from, to, bits);
    return to;
  }

  /** Levels in front, which are not compressed. */
  private void begin(DataPageHeaderV2 header, int length, int size) throws IOException {
    count(header.getNum_values());
    int first = header.getRepetition_levels_byte_length();
    int second = header.getDefinition_levels_byte_length();
    int levels = first + second;
    if (first < 0 || second < 0 || levels < 0 || levels > Math.min(length, size)) {
      throw new DamagedPageException("a page ends in its levels");
    }
    if (header.isIs_compressed()) {
      decompress(levels, length - levels, levels, size - levels);
    } else {
      plain = room(plain, length);
      System.arraycopy(stored, levels, plain, levels, length - levels);
    }
    System.arraycopy(stored, 0, plain, 0, levels);
    repetitions.begin(plain, 0, first, 1);
    definitions.begin(plain, first, levels, bits(column.maxDefinition()));
    values.begin(plain, levels, header.isIs_compressed() ? size : length, header.getEncoding());
  }

  private void count(int number) {
    if (number < 0 || number > behind) {
      throw new DamagedPageException(
          "a page of " + number + " values where the chunk has " + behind + " more");
    }
    left = number;
    behind -= number;
  }

  /** From the stored bytes to the plain ones, for which there is room once they can be so many. */
  private void decompress(int from, int length, int to, int size) throws IOException {
    if (codec == CompressionCodecName.SNAPPY) {
      // It writes what its own header says.
      requireSize(size == 0 ? 0 : Snappy.uncompressedLength(stored, from, length), size);
      plain = room(plain, to + size);
      requireSize(size == 0 ? 0 : Snappy.uncompress(stored, from, length, plain, to), size);
    } else if (codec == CompressionCodecName.ZSTD) {
      long most = (length / ZSTD_BLOCK_HEADER_BYTES + 1) * ZSTD_BLOCK_BYTES;
      requireSize(Math.min(most, size), size);
      plain = room(plain, to + size);
      requireSize(
          size == 0 ? 0 : Zstd.decompressByteArray(plain, to, size, stored, from, length), size);
    } else {
      requireSize(length, size);
      plain = room(plain, to + size);
      System.arraycopy(stored, from, plain, to, size);
    }
  }

  private static void requireSize(long got, int expected) {
    if (got != expected) {
      throw new DamagedPageException("a page of " + got + " bytes, expected " + expected);
    }
  }

  private static void requireRuns(Encoding encoding) {
    if (encoding != Encoding.RLE) {
      throw new DamagedPageException("levels encoded as " + encoding + ", expected RLE");
    }
  }

  private static int size(int bytes) {
    if (bytes < 0 || bytes > Integer.MAX_VALUE - 2 * PageRuns.SLACK) {
      throw new DamagedPageException("a page of " + bytes + " bytes");
    }
    return bytes;
  }

  private static int bits(int level) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(level);
  }

  private static byte[] room(byte[] array, int size) {
    return array.length >= size + PageRuns.SLACK ? array : new byte[size + PageRuns.SLACK];
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
