package io.octant.calibration;

import static io.octant.calibration.LogLinearGrid.PAGES;
import static io.octant.calibration.LogLinearGrid.PAGE_BINS;

import io.octant.OctantException;
import io.octant.bytes.ByteSource;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an observer knows of the float32 values that passed it: exact finite minimum and maximum,
 * counts of special values, and a histogram of integers on {@link LogLinearGrid}.
 *
 * <p>A commutative monoid: {@link #merge} is associative and commutative, an empty instance is
 * neutral, and any way of splitting the values over instances gives equal state and equal {@link
 * #toBytes() bytes}. NaN and infinities are counted and otherwise left out: they move neither the
 * range nor the histogram. A minimum or maximum of −0 is kept as +0.
 *
 * <p>At most 2^63 − 1 values are counted; what would pass that is refused and changes nothing.
 *
 * <p>Memory is bounded by the grid: 8 KiB for each sign and exponent that occurs, 320 at most.
 * Mutable and not thread-safe; an execution context owns its own.
 *
 * <p>No PyTorch counterpart; it takes the place of the buffers of {@code HistogramObserver}.
 */
public final class TensorStatistics implements Statistic<TensorStatistics> {
  /** How calibration states hold them. */
  public static final StatisticKind<TensorStatistics> KIND = new TensorStatisticsKind();

  private static final long[] NO_COUNTS = {};

  private SpecialCounts special = SpecialCounts.NONE;

  /** Of all values; as it does not wrap, no count that is a part of it does. */
  private long count;

  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;

  /** Counts by page; an absent page is {@link #NO_COUNTS}. */
  private final long[][] pages = new long[PAGES][];

  /** The neutral element. */
  public TensorStatistics() {
    Arrays.fill(pages, NO_COUNTS);
  }

  /** Counts every value of an array. */
  public void update(float[] values) {
    update(values, 0, values.length);
  }

  /**
   * Counts the values {@code [from, to)} of an array.
   *
   * @throws IndexOutOfBoundsException if the range is not within the array
   * @throws OctantException if the count passes 2^63 − 1
   */
  public void update(float[] values, int from, int to) {
    Objects.checkFromToIndex(from, to, values.length);
    long newCount = Counts.sum(count, to - from);
    long zeros = 0;
    long nans = 0;
    long negativeInfinities = 0;
    long positiveInfinities = 0;
    long tinyNegatives = 0;
    long tinyPositives = 0;
    float lo = min;
    float hi = max;
    for (int i = from; i < to; i++) {
      float x = values[i];
      int bits = Float.floatToRawIntBits(x);
      int magnitude = bits & 0x7fffffff;
      if (magnitude >= 0x7f800000) {
        if (magnitude > 0x7f800000) {
          nans++;
        } else if (bits > 0) {
          positiveInfinities++;
        } else {
          negativeInfinities++;
        }
        continue;
      }
      if (x < lo) {
        lo = x;
      }
      if (x > hi) {
        hi = x;
      }
      if (magnitude >= LogLinearGrid.TINY_BITS) {
        page(LogLinearGrid.page(bits))[LogLinearGrid.slot(bits)]++;
      } else if (magnitude == 0) {
        zeros++;
      } else if (bits > 0) {
        tinyPositives++;
      } else {
        tinyNegatives++;
      }
    }
    min = lo + 0.0f;
    max = hi + 0.0f;
    special =
        special.plus(
            new SpecialCounts(
                zeros, tinyNegatives, tinyPositives, nans, negativeInfinities, positiveInfinities));
    count = newCount;
  }

  /**
   * Adds all that another instance counted; the other is not changed.
   *
   * @throws OctantException if the count passes 2^63 − 1
   */
  public void merge(TensorStatistics other) {
    count = Counts.sum(count, other.count);
    special = special.plus(other.special);
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    for (int p = 0; p < PAGES; p++) {
      if (other.pages[p].length > 0) {
        addCounts(p, other.pages[p], 0);
      }
    }
  }

  /**
   * Adds another instance a number of times, as if its values had been seen that often; the other
   * is not changed.
   *
   * @param times at least 0
   */
  public void merge(TensorStatistics other, long times) {
    if (times < 0) {
      throw new OctantException("Cannot merge " + times + " times, expected at least 0");
    }
    TensorStatistics power = other.copy();
    for (long left = times; left > 0; left >>= 1) {
      if ((left & 1) == 1) {
        merge(power);
      }
      if (left > 1) {
        power.merge(power.copy());
      }
    }
  }

  /**
   * Adds counts that another implementation of the grid gathered.
   *
   * @throws OctantException if the count passes 2^63 − 1
   */
  public void addSpecial(SpecialCounts counts) {
    count = Counts.sum(count, counts.total());
    special = special.plus(counts);
  }

  /**
   * Adds a page of counts that another implementation of the grid gathered.
   *
   * @param page sign and exponent, as {@link LogLinearGrid} numbers them
   * @param counts array that holds the 1,024 counts
   * @param offset where in the array they begin
   * @throws OctantException if the page has no bins, a count is negative, or all counts together
   *     pass 2^63 − 1
   */
  public void addPage(int page, long[] counts, int offset) {
    Objects.checkFromIndexSize(offset, PAGE_BINS, counts.length);
    if (!LogLinearGrid.isPage(page)) {
      throw new OctantException(
          "Cannot add counts to page: "
              + page
              + ", expected a page of finite values of at least 2^-32");
    }
    for (int s = 0; s < PAGE_BINS; s++) {
      if (counts[offset + s] < 0) {
        throw new OctantException(
            "Cannot add count: "
                + counts[offset + s]
                + " in page "
                + page
                + " slot "
                + s
                + ", expected at least 0");
      }
    }
    long sum = Counts.sum(Arrays.copyOfRange(counts, offset, offset + PAGE_BINS));
    if (sum != 0) {
      count = Counts.sum(count, sum);
      addCounts(page, counts, offset);
    }
  }

  private void addCounts(int page, long[] counts, int offset) {
    long[] mine = page(page);
    for (int s = 0; s < PAGE_BINS; s++) {
      mine[s] += counts[offset + s];
    }
  }

  /**
   * Takes an array, not a copy, for a page that has none; the page stays absent if no count is
   * above 0.
   *
   * @param counts 1,024 counts of at least 0
   * @return their sum
   * @throws OctantException if the count passes 2^63 − 1
   */
  long adoptPage(int page, long[] counts) {
    long sum = Counts.sum(counts);
    count = Counts.sum(count, sum);
    if (sum != 0) {
      pages[page] = counts;
    }
    return sum;
  }

  /**
   * Widens the range to finite extrema that another implementation found; to be called together
   * with {@link #addPage} and {@link #addSpecial} for the same values. Without finite values: +∞
   * and −∞, which change nothing.
   */
  public void addExtrema(float lowest, float highest) {
    if (Float.isNaN(lowest) || Float.isNaN(highest)) {
      throw new OctantException(
          "Cannot add extrema: " + lowest + " and " + highest + ", expected finite values");
    }
    min = Math.min(min, lowest + 0.0f);
    max = Math.max(max, highest + 0.0f);
  }

  /**
   * Counts that were added to a {@link #page} in place.
   *
   * @param more at least 0, else the sum of the counts has wrapped
   */
  void addCounted(long more) {
    if (more < 0) {
      throw new OctantException("Cannot count values: a sum of more than 2^63 - 1");
    }
    count = Counts.sum(count, more);
  }

  /** The counts of a page, which is made if it is absent. Not a copy. */
  long[] page(int p) {
    long[] page = pages[p];
    if (page.length == 0) {
      page = new long[PAGE_BINS];
      pages[p] = page;
    }
    return page;
  }

  /** Whether no value was seen, not even a NaN. */
  public boolean isEmpty() {
    return count == 0;
  }

  /** Whether a finite value was seen, so that there is a range. */
  public boolean hasRange() {
    return min <= max;
  }

  /** Smallest finite value, +∞ if there is none. */
  public float min() {
    return min;
  }

  /** Largest finite value, −∞ if there is none. */
  public float max() {
    return max;
  }

  /** Values without a bin of their own. */
  public SpecialCounts special() {
    return special;
  }

  /** Values seen, special ones included. */
  public long count() {
    return count;
  }

  /** Finite values seen. */
  public long finiteCount() {
    return count - (special.total() - special.finite());
  }

  /** Count of a bin. */
  public long binCount(int page, int slot) {
    long[] counts = pages[page];
    return counts.length == 0 ? 0 : counts[slot];
  }

  /** Receives the non-empty bins of {@link #forEachBin}. */
  @FunctionalInterface
  public interface BinVisitor {
    /** A bin {@code [lower, upper]} and its count; which edge it contains depends on the sign. */
    void visit(double lower, double upper, long count);
  }

  /** Visits the non-empty bins from −∞ to +∞; special values are not among them. */
  public void forEachBin(BinVisitor visit) {
    forEachSlot(
        PAGES / 2,
        PAGES,
        (p, s) ->
            visit.visit(LogLinearGrid.outerEdge(p, s), LogLinearGrid.innerEdge(p, s), pages[p][s]));
    forEachSlot(
        0,
        PAGES / 2,
        (p, s) ->
            visit.visit(LogLinearGrid.innerEdge(p, s), LogLinearGrid.outerEdge(p, s), pages[p][s]));
  }

  /**
   * The place of the lowest ({@code sign} −1) or the highest (1) finite values that have a count.
   *
   * @throws OctantException if no finite value has one
   */
  int outermostPlace(int sign) {
    int far = sign < 0 ? PAGES / 2 : 0;
    int near = PAGES / 2 - far;
    for (int i = PAGES / 2 - 1; i >= 0; i--) {
      for (int s = pages[far + i].length - 1; s >= 0; s--) {
        if (pages[far + i][s] != 0) {
          return LogLinearGrid.placeOf(far + i, s);
        }
      }
    }
    long tinyFar = sign < 0 ? special.tinyNegatives() : special.tinyPositives();
    if (special.finite() != 0) {
      return tinyFar != 0 ? sign : special.zeros() != 0 ? 0 : -sign;
    }
    for (int i = 0; i < PAGES / 2; i++) {
      for (int s = 0; s < pages[near + i].length; s++) {
        if (pages[near + i][s] != 0) {
          return LogLinearGrid.placeOf(near + i, s);
        }
      }
    }
    throw new OctantException("Cannot find place of " + this + ", expected a finite value");
  }

  @FunctionalInterface
  private interface SlotVisitor {
    void visit(int page, int slot);
  }

  /** Visits the slots with a count of pages that are all of one sign, from the lowest value. */
  private void forEachSlot(int from, int to, SlotVisitor visit) {
    boolean negative = LogLinearGrid.isNegative(from);
    for (int i = 0; i < to - from; i++) {
      int p = negative ? to - 1 - i : from + i;
      long[] counts = pages[p];
      for (int k = 0; k < counts.length; k++) {
        int s = negative ? counts.length - 1 - k : k;
        if (counts[s] != 0) {
          visit.visit(p, s);
        }
      }
    }
  }

  /**
   * What the statistics would be had every finite value been clamped first, to within the width of
   * a bin: bins beyond a bound are counted at the bound, a bin that straddles it stays.
   *
   * @throws OctantException if the bounds are not in order or NaN
   */
  public TensorStatistics clampedTo(float low, float high) {
    if (!(low <= high)) {
      throw new OctantException(
          "Cannot clamp statistics to " + low + " and " + high + ", expected low <= high");
    }
    TensorStatistics out = new TensorStatistics();
    out.special = special;
    if (hasRange()) {
      out.addExtrema(Math.max(low, Math.min(high, min)), Math.max(low, Math.min(high, max)));
    }
    for (int p = 0; p < PAGES; p++) {
      for (int s = 0; s < pages[p].length; s++) {
        if (pages[p][s] != 0) {
          double inner = LogLinearGrid.innerEdge(p, s);
          double outer = LogLinearGrid.outerEdge(p, s);
          if (Math.max(inner, outer) <= low) {
            out.addToBin(low, pages[p][s]);
          } else if (Math.min(inner, outer) >= high) {
            out.addToBin(high, pages[p][s]);
          } else {
            out.page(p)[s] += pages[p][s];
          }
        }
      }
    }
    out.count = count;
    return out;
  }

  /** Counts a finite value a number of times; extrema and the total are the caller's business. */
  private void addToBin(float value, long times) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & 0x7fffffff) >= LogLinearGrid.TINY_BITS) {
      page(LogLinearGrid.page(bits))[LogLinearGrid.slot(bits)] += times;
    } else {
      special = special.plus(new SpecialCounts(times, 0, 0, 0, 0, 0));
    }
  }

  @Override
  public StatisticKind<TensorStatistics> kind() {
    return KIND;
  }

  @Override
  public TensorStatistics plus(TensorStatistics other) {
    TensorStatistics out = copy();
    out.merge(other);
    return out;
  }

  /** An independent instance of equal state. */
  @Override
  public TensorStatistics copy() {
    TensorStatistics out = new TensorStatistics();
    out.merge(this);
    return out;
  }

  /**
   * The state in the layout of {@code docs/format/calibration-state.md}; equal states, equal bytes.
   */
  public byte[] toBytes() {
    return TensorStatisticsKind.encode(this);
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws OctantException if the bytes are truncated, corrupt or of an unknown version
   */
  public static TensorStatistics fromBytes(byte[] bytes) {
    return TensorStatisticsKind.decode(new ByteSource("tensor statistics", bytes));
  }

  /** Counts of a page, none at all if it is absent. Not a copy. */
  long[] pageCounts(int page) {
    return pages[page];
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof TensorStatistics t
        && special.equals(t.special)
        && min == t.min
        && max == t.max
        && Arrays.deepEquals(pages, t.pages);
  }

  @Override
  public int hashCode() {
    return Objects.hash(special, min, max, Arrays.deepHashCode(pages));
  }

  @Override
  public String toString() {
    return "TensorStatistics{count=" + count() + ", min=" + min + ", max=" + max + "}";
  }
}
