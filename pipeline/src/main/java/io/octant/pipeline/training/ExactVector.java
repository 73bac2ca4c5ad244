package io.octant.pipeline.training;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import java.util.Arrays;

/**
 * Sums of finite numbers, element by element, that do not depend on the order of adding: the idea
 * of binned sums (Demmel and Nguyen, 2015) with integers.
 *
 * <p>The line of exponents is cut into bins of 40 bits. A number is cut at the bins' borders, and
 * each bin adds up integers, which is exact. Of an element the bin of its largest summand and the
 * one below are kept, so that at least 40 bits below the largest summand's first bit count: bins
 * further down are dropped whole, and never carry into those that stay. An element takes 17 bytes,
 * and has room for 2^22 summands.
 */
final class ExactVector {
  private static final int BITS = 40;
  private static final double BIN = 0x1p40;
  private static final byte EMPTY = Byte.MIN_VALUE;

  /** Above all bins: a summand was no number. */
  private static final byte NOT_FINITE = Byte.MAX_VALUE;

  private final byte[] top;
  private final long[] high;
  private final long[] low;

  /** Zeros. */
  ExactVector(int size) {
    this(new byte[size], new long[size], new long[size]);
    Arrays.fill(top, EMPTY);
  }

  private ExactVector(byte[] top, long[] high, long[] low) {
    this.top = top;
    this.high = high;
    this.low = low;
  }

  int size() {
    return top.length;
  }

  /** Adds a number; a sum of one that is not finite stays so. */
  void add(int i, double x) {
    if (x == 0) {
      return;
    }
    if (!Double.isFinite(x)) {
      add(i, NOT_FINITE, 0, 0);
      return;
    }
    int bin = Math.floorDiv(Math.getExponent(x), BITS);
    double scaled = Math.scalb(x, -BITS * bin);
    long first = (long) scaled;
    long second = (long) ((scaled - first) * BIN);
    add(i, (byte) bin, first, second);
  }

  private void add(int i, byte bin, long first, long second) {
    int above = bin - top[i];
    if (above > 0) {
      low[i] = above == 1 ? high[i] : 0;
      high[i] = 0;
      top[i] = bin;
    }
    if (bin == top[i]) {
      high[i] += first;
      low[i] += second;
    } else if (bin == top[i] - 1) {
      low[i] += first;
    }
  }

  /** Adds the sums of another of this size. */
  void add(ExactVector other) {
    for (int i = 0; i < top.length; i++) {
      if (other.top[i] != EMPTY) {
        add(i, other.top[i], other.high[i], other.low[i]);
      }
    }
  }

  /** A sum, divided; NaN if a summand was not finite. */
  double mean(int i, double divisor) {
    if (top[i] == EMPTY) {
      return 0;
    }
    if (top[i] == NOT_FINITE) {
      return Double.NaN;
    }
    return Math.scalb(Math.fma((double) high[i], BIN, (double) low[i]), BITS * (top[i] - 1))
        / divisor;
  }

  void write(ByteSink out) {
    out.block(top);
    out.longs(high, high.length);
    out.longs(low, low.length);
  }

  static ExactVector read(ByteSource in) {
    byte[] top = in.block();
    long[] high = new long[top.length];
    long[] low = new long[top.length];
    in.longs(high, high.length);
    in.longs(low, low.length);
    return new ExactVector(top, high, low);
  }
}
