package io.octant.pipeline.data.parquet;

import io.octant.pipeline.data.parquet.PageColumn.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.format.Encoding;

/**
 * The values of a page, one behind the other: as they are, or as indices into the dictionary of the
 * chunk. Reading beyond their end is an error, whatever the page says.
 */
final class PageValues {
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int INDICES = 1024;

  private final Kind kind;
  private final PageRuns runs = new PageRuns();
  private final int[] indices = new int[INDICES];
  private byte[] page = {};
  private int at;
  private int end;
  private boolean indexed;

  /** The dictionary as it is written, and where in it each value of varying length begins. */
  private byte[] words = {};

  private int[] starts = {};
  private int count;

  /** Where the value is that {@link #next} has found. */
  private byte[] source = {};

  private int start;
  private int length;

  PageValues(Kind kind) {
    this.kind = kind;
  }

  /** The number of four bytes that stand there. */
  static int integer(byte[] bytes, int at) {
    return (int) INTS.get(bytes, at);
  }

  /** Takes a copy of a dictionary. */
  void dictionary(byte[] bytes, int size, int number) {
    if (number < 0 || (long) number * Math.max(kind.width(), Integer.BYTES) > size) {
      throw new DamagedPageException("a dictionary of " + number + " values in " + size + " bytes");
    }
    words = Arrays.copyOf(bytes, size);
    count = number;
    if (kind.width() == 0) {
      begin(words, 0, size, Encoding.PLAIN);
      starts = new int[number];
      for (int i = 0; i < number; i++) {
        starts[i] = at;
        next();
      }
    }
  }

  /**
   * Begins a page.
   *
   * @param from where its values begin
   * @param to where they end, with {@link PageRuns#SLACK} bytes behind
   */
  void begin(byte[] bytes, int from, int to, Encoding encoding) {
    page = bytes;
    at = from;
    end = to;
    indexed = encoding == Encoding.PLAIN_DICTIONARY || encoding == Encoding.RLE_DICTIONARY;
    if (!indexed && encoding != Encoding.PLAIN) {
      throw new DamagedPageException(
          "a page encoded as " + encoding + ", of which its footer says nothing");
    } else if (indexed) {
      // A page of nulls has not even the width of its indices.
      int width = from < to ? bytes[from] : 0;
      if (width < 0 || width > Integer.SIZE) {
        throw new DamagedPageException("indices of " + width + " bits");
      }
      runs.begin(bytes, Math.min(from + 1, to), to, width);
    }
  }

  /** Copies values of four bytes. */
  void copy(byte[] to, int offset, int number) {
    if (!indexed) {
      int from = take(4L * number);
      System.arraycopy(page, from, to, offset, 4 * number);
      return;
    }
    for (int done = 0; done < number; ) {
      int some = Math.min(INDICES, number - done);
      runs.read(indices, some);
      for (int i = 0; i < some; i++) {
        INTS.set(to, offset + 4 * (done + i), (int) INTS.get(words, 4 * known(indices[i])));
      }
      done += some;
    }
  }

  /** The next value as an integer of four bytes, or the bits of a float. */
  int integer() {
    next();
    return (int) INTS.get(source, start);
  }

  /** The next value as an integer of eight bytes. */
  long longInteger() {
    next();
    return (long) LONGS.get(source, start);
  }

  /** The next value as bytes of its own. */
  byte[] bytes() {
    next();
    return Arrays.copyOfRange(source, start, start + length);
  }

  private void next() {
    length = kind.width();
    if (indexed) {
      runs.read(indices, 1);
      int index = known(indices[0]);
      source = words;
      start = length > 0 ? index * length : starts[index] + Integer.BYTES;
      length = length > 0 ? length : (int) INTS.get(words, starts[index]);
    } else {
      source = page;
      length = length > 0 ? length : (int) INTS.get(page, take(Integer.BYTES));
      start = take(length);
    }
  }

  private int known(int index) {
    if (index < 0 || index >= count) {
      throw new DamagedPageException("index " + index + " into a dictionary of " + count);
    }
    return index;
  }

  private int take(long bytes) {
    if (bytes < 0 || bytes > end - at) {
      throw new DamagedPageException("a page ends before its values");
    }
    int from = at;
    at += (int) bytes;
    return from;
  }
}
