package io.octant.pipeline.data.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Integers of a few bits each, in runs of one value and in packed groups of eight: Parquet's levels
 * and indices into dictionaries (RLE/bit-packing hybrid). Runs are handed on as such, as a chunk of
 * long lists has one level for nearly all its values.
 */
final class PageRuns {
  /** What has to lie behind the bytes of the runs. */
  static final int SLACK = Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = {};
  private int at;
  private int end;
  private int width;

  /** Of the current run: how many are left, and where the next of a packed one lies. */
  private int left;

  private boolean packed;
  private long bit;
  private int value;

  /**
   * Begins.
   *
   * @param source with {@link #SLACK} bytes behind the last
   * @param bits of a value, up to 32
   */
  void begin(byte[] source, int from, int to, int bits) {
    bytes = source;
    at = from;
    end = to;
    width = bits;
    left = 0;
  }

  /** The next value. */
  int peek() {
    if (left == 0) {
      load();
    }
    return packed ? unpack(bit) : value;
  }

  /** Takes as many of the next values as are equal to one, up to a number; answers how many. */
  int take(int wanted, int most) {
    int taken = 0;
    while (taken < most && peek() == wanted) {
      int count = 1;
      if (!packed) {
        count = Math.min(left, most - taken);
      }
      skip(count);
      taken += count;
    }
    return taken;
  }

  /** Reads values. */
  void read(int[] to, int count) {
    for (int i = 0; i < count; ) {
      if (left == 0) {
        load();
      }
      int some = Math.min(left, count - i);
      if (packed) {
        for (int j = 0; j < some; j++) {
          to[i + j] = unpack(bit + (long) j * width);
        }
      } else {
        java.util.Arrays.fill(to, i, i + some, value);
      }
      skip(some);
      i += some;
    }
  }

  private void skip(int count) {
    left -= count;
    bit += (long) count * width;
  }

  private int unpack(long position) {
    long word = (long) LONGS.get(bytes, (int) (position >>> 3));
    return (int) (word >>> (position & 7) & ((1L << width) - 1));
  }

  private void load() {
    while (left == 0) {
      int header = header();
      if ((header & 1) == 0) {
        packed = false;
        left = header >>> 1;
        value = 0;
        for (int shift = 0; shift < width; shift += Byte.SIZE) {
          value |= next() << shift;
        }
      } else {
        packed = true;
        bit = 8L * at;
        long groups = header >>> 1;
        // Writers may leave out the end of the last group: what is there counts.
        long there = width == 0 ? Long.MAX_VALUE : 8L * (end - at) / width;
        left = (int) Math.min(Math.min(8 * groups, there), Integer.MAX_VALUE);
        at = (int) Math.min(end, at + groups * width);
      }
    }
  }

  private int header() {
    int header = 0;
    for (int shift = 0; shift < Integer.SIZE; shift += 7) {
      int b = next();
      header |= (b & 0x7F) << shift;
      if (b < 0x80) {
        return header;
      }
    }
    throw damaged();
  }

  private int next() {
    if (at >= end) {
      throw damaged();
    }
    return bytes[at++] & 0xFF;
  }

  private static DamagedPageException damaged() {
    return new DamagedPageException("its levels or indices are fewer than its values");
  }
}
