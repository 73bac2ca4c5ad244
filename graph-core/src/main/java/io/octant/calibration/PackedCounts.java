package io.octant.calibration;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;

/**
 * Counts in few bytes, at the speed of memory: what states on their way between tasks have in place
 * of the varints of the form on disk.
 *
 * <p>A page is cut into blocks of 64 counts, each in the smaller of two forms:
 *
 * <ul>
 *   <li>packed: a byte with the width <i>w</i> (0 to 63), plus 64 if the smallest count is not 0;
 *       that count as a varint; then <i>w</i> longs with the 64 differences to it, <i>w</i> bits
 *       each, from the lowest bit up;
 *   <li>sparse: the byte 128, a long with a bit for each count that is not 0, and these as varints.
 * </ul>
 *
 * <p>Neighbouring counts are draws of nearly the same mean <i>m</i>; they lie within some
 * ±3√<i>m</i>, so that <i>w</i> ≈ log₂ 6√<i>m</i>, half a bit above their entropy. Whatever the
 * counts are, a block takes at most 10 + 8<i>w</i> bytes, <i>w</i> being the bits of its largest
 * count; a page at most 8,224.
 */
final class PackedCounts {
  /** As many as a long has bits, so that differences of any width fill whole longs. */
  static final int BLOCK = Long.SIZE;

  private static final int HAS_LEAST = 0x40;
  private static final int SPARSE = 0x80;

  private PackedCounts() {}

  /** Writes counts of at least 0, a multiple of {@link #BLOCK} of them. */
  static void write(long[] counts, ByteSink out) {
    long[] words = new long[BLOCK];
    for (int from = 0; from < counts.length; from += BLOCK) {
      long least = Long.MAX_VALUE;
      long most = 0;
      for (int i = from; i < from + BLOCK; i++) {
        least = Math.min(least, counts[i]);
        most = Math.max(most, counts[i]);
      }
      int width = Long.SIZE - Long.numberOfLeadingZeros(most - least);
      if (least == 0 && width >= 2 && isSparse(counts, from, width)) {
        writeSparse(counts, from, out);
      } else {
        writePacked(counts, from, least, width, words, out);
      }
    }
  }

  private static boolean isSparse(long[] counts, int from, int width) {
    long present = 0;
    for (int i = from; i < from + BLOCK; i++) {
      present += -counts[i] >>> (Long.SIZE - 1);
    }
    if (Long.BYTES + present >= (long) width * Long.BYTES) {
      return false;
    }
    int bytes = Long.BYTES;
    for (int i = from; i < from + BLOCK; i++) {
      bytes += (Long.SIZE + 6 - Long.numberOfLeadingZeros(counts[i])) / 7;
    }
    return bytes < width * Long.BYTES;
  }

  private static void writePacked(
      long[] counts, int from, long least, int width, long[] words, ByteSink out) {
    out.u8(width | (least > 0 ? HAS_LEAST : 0));
    if (least > 0) {
      out.varint(least);
    }
    if (width == 0) {
      return;
    }
    long word = 0;
    int filled = 0;
    int k = 0;
    for (int i = from; i < from + BLOCK; i++) {
      long difference = counts[i] - least;
      word |= difference << filled;
      filled += width;
      if (filled >= Long.SIZE) {
        words[k++] = word;
        filled -= Long.SIZE;
        word = difference >>> (width - filled);
      }
    }
    out.longs(words, width);
  }

  private static void writeSparse(long[] counts, int from, ByteSink out) {
    long present = 0;
    for (int i = 0; i < BLOCK; i++) {
      present |= (counts[from + i] == 0 ? 0L : 1L) << i;
    }
    out.u8(SPARSE);
    out.i64(present);
    for (long left = present; left != 0; left &= left - 1) {
      out.varint(counts[from + Long.numberOfTrailingZeros(left)]);
    }
  }

  /**
   * Adds what {@link #write} wrote of as many counts; sums that pass 2^63 − 1 wrap.
   *
   * @return the sum of what was read, which may have wrapped as well
   */
  static long add(ByteSource in, long[] counts) {
    long[] words = new long[BLOCK];
    long sum = 0;
    for (int from = 0; from < counts.length; from += BLOCK) {
      int head = in.u8();
      if (head > SPARSE) {
        throw in.corrupt("block of counts that begins with " + head + ", expected at most 128");
      } else if (head == SPARSE) {
        sum += addSparse(in, counts, from);
      } else if (head != 0) {
        long least = (head & HAS_LEAST) == 0 ? 0 : in.varint();
        int width = head & (HAS_LEAST - 1);
        in.longs(words, width);
        sum += addPacked(words, width, least, counts, from);
      }
    }
    return sum;
  }

  private static long addPacked(long[] words, int width, long least, long[] counts, int from) {
    long mask = (1L << width) - 1;
    long word = words[0];
    long sum = 0;
    int left = Long.SIZE;
    int k = 0;
    for (int i = from; i < from + BLOCK; i++) {
      long count = word;
      word >>>= width;
      left -= width;
      if (left < 0) {
        word = words[++k];
        count |= word << (left + width);
        word >>>= -left;
        left += Long.SIZE;
      }
      count = least + (count & mask);
      counts[i] += count;
      sum += count;
    }
    return sum;
  }

  private static long addSparse(ByteSource in, long[] counts, int from) {
    long sum = 0;
    for (long left = in.i64(); left != 0; left &= left - 1) {
      long count = in.varint();
      counts[from + Long.numberOfTrailingZeros(left)] += count;
      sum += count;
    }
    return sum;
  }
}
