package io.octant.pipeline.data.parquet;

import io.octant.pipeline.data.parquet.PageColumn.Kind;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/**
 * What the rows have in one column, as Spark holds it. A list lies in memory that the next one is
 * read into; Spark copies each row before it asks for another.
 */
final class PageCells implements AutoCloseable {
  private static final int BEGINS = 0;
  private static final int GOES_ON = 1;

  private final PageColumn column;
  private final ChunkPages pages;
  private final UnsafeArrayData list = new UnsafeArrayData();
  private final BitSet nulls = new BitSet();

  /** A list's floats from {@link #head} on; before them its length and a bit for each null. */
  private byte[] floats = {};

  private int head;
  private int room;
  private int count;

  /**
   * @param file read by nobody else; closed with this
   * @param verify whether pages are held to their checksums
   */
  PageCells(FSDataInputStream file, PageColumn column, boolean verify) {
    this.column = column;
    this.pages = new ChunkPages(file, column, verify);
    if (column.isList()) {
      reserve(1);
    }
  }

  /** Goes to the first row of a row group. */
  void begin(ColumnChunkMetaData chunk) throws IOException {
    pages.begin(chunk);
  }

  /** Takes note that the last row of the row group has been read. */
  void end() throws IOException {
    if (pages.left() > 0) {
      throw new DamagedPageException("its pages hold more rows than its footer says");
    }
  }

  /** Reads the next row's. */
  @Nullable Object next() throws IOException {
    if (pages.left() == 0) {
      throw new DamagedPageException("its pages hold fewer rows than its footer says");
    }
    if (column.isList()) {
      return floats();
    }
    pages.took(1);
    int max = column.maxDefinition();
    if (max > 0 && pages.definitions().take(max, 1) == 0) {
      if (pages.definitions().take(0, 1) == 0) {
        throw level(pages.definitions().peek());
      }
      return null;
    }
    PageValues values = pages.values();
    return switch (column.kind()) {
      case FLOAT -> Float.intBitsToFloat(values.integer());
      case INT -> values.integer();
      case LONG -> values.longInteger();
      case BYTES -> values.bytes();
      case FLOATS -> throw new IllegalStateException(Kind.FLOATS + " are a list");
    };
  }

  private @Nullable UnsafeArrayData floats() throws IOException {
    count = 0;
    nulls.clear();
    if (pages.repetitions().take(BEGINS, 1) == 0) {
      throw new DamagedPageException("a list goes on where one should begin");
    }
    int level = pages.definitions().peek();
    if (level <= column.listLevel()) {
      pages.definitions().take(level, 1);
      pages.took(1);
      return level < column.listLevel() ? null : sealed();
    }
    int entries = 1;
    do {
      entries += pages.repetitions().take(GOES_ON, pages.left() - entries);
      elements(entries);
      pages.took(entries);
      entries = 0;
    } while (pages.left() > 0 && pages.repetitions().peek() == GOES_ON);
    return sealed();
  }

  private void elements(int entries) {
    for (int done = 0; done < entries; ) {
      int level = pages.definitions().peek();
      int some = pages.definitions().take(level, entries - done);
      reserve(some);
      if (level == column.maxDefinition()) {
        pages.values().copy(floats, head + Float.BYTES * count, some);
      } else if (level > column.listLevel() && level < column.maxDefinition()) {
        nulls.set(count, count + some);
      } else {
        throw level(level);
      }
      count += some;
      done += some;
    }
  }

  private DamagedPageException level(int found) {
    return new DamagedPageException(
        "a definition level of " + found + " where none can be, of " + column.maxDefinition());
  }

  private void reserve(int more) {
    int needed = Math.addExact(count, more);
    if (needed > room) {
      room = Math.max(needed, (int) Math.min(2L * room, Integer.MAX_VALUE / 8));
      int before = head;
      byte[] old = floats;
      head = UnsafeArrayData.calculateHeaderPortionInBytes(room);
      // Floats are followed by padding to whole words.
      floats = new byte[Math.addExact(Math.addExact(head, Math.multiplyExact(4, room)), 4)];
      System.arraycopy(old, before, floats, head, Float.BYTES * count);
    }
  }

  /** Puts the length and the bits of nulls right before the floats. */
  private UnsafeArrayData sealed() {
    int bytes = UnsafeArrayData.calculateHeaderPortionInBytes(count);
    int start = head - bytes;
    Arrays.fill(floats, start, head, (byte) 0);
    long base = Platform.BYTE_ARRAY_OFFSET + (long) start;
    Platform.putLong(floats, base, count);
    for (int i = nulls.nextSetBit(0); i >= 0; i = nulls.nextSetBit(i + 1)) {
      floats[start + Long.BYTES + i / 8] |= (byte) (1 << i % 8);
      Platform.putInt(floats, Platform.BYTE_ARRAY_OFFSET + head + (long) Float.BYTES * i, 0);
    }
    int size = bytes + (Float.BYTES * count + 7) / 8 * 8;
    Arrays.fill(floats, head + Float.BYTES * count, start + size, (byte) 0);
    list.pointTo(floats, base, size);
    return list;
  }

  @Override
  public void close() throws IOException {
    pages.close();
  }
}
