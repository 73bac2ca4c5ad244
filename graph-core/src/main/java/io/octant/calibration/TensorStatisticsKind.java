package io.octant.calibration;

import static io.octant.calibration.LogLinearGrid.PAGES;
import static io.octant.calibration.LogLinearGrid.PAGE_BINS;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;

/**
 * The byte layout of {@link TensorStatistics}; {@code docs/format/calibration-state.md} draws it.
 * Integers are little endian; counts are LEB128.
 */
final class TensorStatisticsKind implements StatisticKind<TensorStatistics> {
  static final int VERSION = 1;
  private static final int SPECIAL = 6;

  @Override
  public String name() {
    return "tensors";
  }

  @Override
  public Class<TensorStatistics> type() {
    return TensorStatistics.class;
  }

  @Override
  public void write(TensorStatistics statistics, ByteSink out) {
    ByteSink content = new ByteSink();
    encode(statistics, content);
    out.block(content);
  }

  @Override
  public TensorStatistics read(ByteSource in) {
    return decode(in.nested());
  }

  static byte[] encode(TensorStatistics s) {
    ByteSink out = new ByteSink();
    encode(s, out);
    return out.toBytes();
  }

  private static void encode(TensorStatistics s, ByteSink out) {
    out.u8(VERSION);
    encode(s, out, TensorStatisticsKind::encodePage);
  }

  /** Writes one page of counts. */
  interface PageWriter {
    void write(long[] counts, ByteSink out);
  }

  /** Everything but the version. */
  static void encode(TensorStatistics s, ByteSink out, PageWriter pages) {
    new ValueRange(s.min(), s.max()).write(out);
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
        pages.write(counts, out);
      }
    }
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

  /** Reads all that is there. */
  static TensorStatistics decode(ByteSource in) {
    int version = in.u8();
    if (version != VERSION) {
      throw in.failure("version " + version + ", expected " + VERSION);
    }
    TensorStatistics s = new TensorStatistics();
    ValueRange range = ValueRange.read(in);
    s.addExtrema(range.min(), range.max());
    s.addSpecial(readSpecial(in));
    int present = in.u16();
    int last = -1;
    for (int i = 0; i < present; i++) {
      int page = in.u16();
      if (page <= last || !LogLinearGrid.isPage(page)) {
        throw in.corrupt("page " + page + " after " + last + ", expected ascending grid pages");
      }
      long[] counts = decodePage(in);
      if (in.checked(() -> s.adoptPage(page, counts)) == 0) {
        throw in.corrupt("page " + page + " without a count, expected it to be left out");
      }
      last = page;
    }
    in.requireEnd();
    requireRange(in, s);
    return s;
  }

  static SpecialCounts readSpecial(ByteSource in) {
    long[] special = new long[SPECIAL];
    for (int i = 0; i < SPECIAL; i++) {
      special[i] = in.varint();
    }
    return in.checked(
        () ->
            new SpecialCounts(
                special[0], special[1], special[2], special[3], special[4], special[5]));
  }

  /** The extrema must lie in the first and the last bin that have a count. */
  private static void requireRange(ByteSource in, TensorStatistics s) {
    boolean agrees = s.hasRange() == (s.finiteCount() != 0);
    if (agrees && s.hasRange()) {
      agrees = s.outermostPlace(-1) == place(s.min()) && s.outermostPlace(1) == place(s.max());
    }
    if (!agrees) {
      throw in.corrupt(
          "range "
              + s.min()
              + " to "
              + s.max()
              + " of "
              + s.finiteCount()
              + " finite values, expected its ends in the outermost bins that have a count");
    }
  }

  private static int place(float x) {
    return LogLinearGrid.place(Float.floatToRawIntBits(x));
  }

  private static long[] decodePage(ByteSource in) {
    long[] counts = new long[PAGE_BINS];
    boolean afterRun = false;
    for (int s = 0; s < PAGE_BINS; ) {
      counts[s] = in.varint();
      long more = counts[s] == 0 ? in.varint() : 0;
      if (more > PAGE_BINS - 1L - s) {
        throw in.corrupt(
            "run of " + more + " zeros after slot " + s + ", expected at most " + PAGE_BINS);
      }
      if (counts[s] == 0 && afterRun) {
        throw in.corrupt("two runs of zeros in a row at slot " + s + ", expected one");
      }
      afterRun = counts[s] == 0;
      s += (int) more + 1;
    }
    return counts;
  }
}
