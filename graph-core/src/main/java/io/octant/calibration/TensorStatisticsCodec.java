package io.octant.calibration;

import static io.octant.calibration.LogLinearGrid.PAGES;
import static io.octant.calibration.LogLinearGrid.PAGE_BINS;

import io.octant.OctantException;

/**
 * The byte layout of {@link TensorStatistics}; {@code docs/format/calibration-state.md} draws it.
 * Integers are little endian; counts are LEB128.
 */
final class TensorStatisticsCodec {
  static final int VERSION = 1;

  private TensorStatisticsCodec() {}

  static byte[] encode(TensorStatistics s) {
    ByteSink out = new ByteSink();
    out.u8(VERSION);
    out.f32(s.min());
    out.f32(s.max());
    SpecialCounts c = s.special();
    out.varint(c.zeros());
    out.varint(c.tinyNegatives());
    out.varint(c.tinyPositives());
    out.varint(c.nans());
    out.varint(c.negativeInfinities());
    out.varint(c.positiveInfinities());
    int present = 0;
    for (int p = 0; p < PAGES; p++) {
      present += s.pageCounts(p).length == 0 ? 0 : 1;
    }
    out.u16(present);
    for (int p = 0; p < PAGES; p++) {
      long[] counts = s.pageCounts(p);
      if (counts.length > 0) {
        out.u16(p);
        encodePage(counts, out);
      }
    }
    return out.toBytes();
  }

  /** Counts in slot order; a run of n zeros is a 0 followed by n − 1. */
  private static void encodePage(long[] counts, ByteSink out) {
    for (int s = 0; s < PAGE_BINS; ) {
      out.varint(counts[s]);
      int end = s + 1;
      if (counts[s] == 0) {
        while (end < PAGE_BINS && counts[end] == 0) {
          end++;
        }
        out.varint(end - s - 1L);
      }
      s = end;
    }
  }

  static TensorStatistics decode(byte[] bytes) {
    ByteSource in = new ByteSource("tensor statistics", bytes);
    int version = in.u8();
    if (version != VERSION) {
      throw new OctantException(
          "Cannot read tensor statistics: version " + version + ", expected " + VERSION);
    }
    TensorStatistics s = new TensorStatistics();
    float min = in.f32();
    float max = in.f32();
    if (Float.isNaN(min) || Float.isNaN(max)) {
      throw in.corrupt("range " + min + " to " + max + ", expected numbers");
    }
    s.addExtrema(min, max);
    s.addSpecial(
        new SpecialCounts(
            in.varint(), in.varint(), in.varint(), in.varint(), in.varint(), in.varint()));
    int present = in.u16();
    int last = -1;
    for (int i = 0; i < present; i++) {
      int page = in.u16();
      if (page <= last || !LogLinearGrid.isPage(page)) {
        throw in.corrupt("page " + page + " after " + last + ", expected ascending grid pages");
      }
      s.addPage(page, decodePage(in), 0);
      last = page;
    }
    in.requireEnd();
    if (s.hasRange() != s.finiteCount() > 0) {
      throw in.corrupt("range " + min + " to " + max + " of " + s.finiteCount() + " finite values");
    }
    return s;
  }

  private static long[] decodePage(ByteSource in) {
    long[] counts = new long[PAGE_BINS];
    for (int s = 0; s < PAGE_BINS; ) {
      counts[s] = in.varint();
      long end = s + 1L;
      if (counts[s] == 0) {
        end += in.varint();
        if (end > PAGE_BINS) {
          throw in.corrupt("run of zeros to slot " + end + ", expected at most " + PAGE_BINS);
        }
      }
      s = (int) end;
    }
    return counts;
  }
}
