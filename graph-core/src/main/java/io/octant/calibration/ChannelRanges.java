package io.octant.calibration;

import io.octant.OctantException;
import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Smallest and largest finite value of each channel of a tensor; a commutative monoid under {@link
 * #plus}. Immutable. A channel without finite values has the range +∞ to −∞; −0 is kept as +0.
 *
 * <p>No PyTorch counterpart.
 */
public final class ChannelRanges implements Statistic<ChannelRanges> {
  /** How calibration states hold them. */
  public static final StatisticKind<ChannelRanges> KIND = new Kind();

  private final float[] min;
  private final float[] max;

  /**
   * @throws OctantException if the lengths differ, or a channel has neither finite extrema in order
   *     nor +∞ and −∞
   */
  public ChannelRanges(float[] min, float[] max) {
    if (min.length != max.length) {
      throw new OctantException(
          "Cannot make channel ranges: "
              + min.length
              + " minima and "
              + max.length
              + " maxima, expected as many of each");
    }
    this.min = min.clone();
    this.max = max.clone();
    for (int c = 0; c < min.length; c++) {
      boolean none = min[c] == Float.POSITIVE_INFINITY && max[c] == Float.NEGATIVE_INFINITY;
      if (!none && !(Float.isFinite(min[c]) && Float.isFinite(max[c]) && min[c] <= max[c])) {
        throw new OctantException(
            "Cannot make range of channel "
                + c
                + ": "
                + min[c]
                + " to "
                + max[c]
                + ", expected finite extrema in order, or Infinity to -Infinity for none");
      }
      this.min[c] += 0.0f;
      this.max[c] += 0.0f;
    }
  }

  /** No channel has values. */
  public static ChannelRanges empty(int channels) {
    float[] min = new float[channels];
    float[] max = new float[channels];
    Arrays.fill(min, Float.POSITIVE_INFINITY);
    Arrays.fill(max, Float.NEGATIVE_INFINITY);
    return new ChannelRanges(min, max);
  }

  @Override
  public StatisticKind<ChannelRanges> kind() {
    return KIND;
  }

  @Override
  public ChannelRanges copy() {
    return this;
  }

  /**
   * The ranges that hold the values of both.
   *
   * @throws OctantException if they have not equally many channels
   */
  @Override
  public ChannelRanges plus(ChannelRanges other) {
    if (other.channels() != channels()) {
      throw new OctantException(
          "Cannot merge ranges of "
              + other.channels()
              + " channels, expected "
              + channels()
              + " channels");
    }
    float[] low = min.clone();
    float[] high = max.clone();
    for (int c = 0; c < low.length; c++) {
      low[c] = Math.min(low[c], other.min[c]);
      high[c] = Math.max(high[c], other.max[c]);
    }
    return new ChannelRanges(low, high);
  }

  /** How many channels there are. */
  public int channels() {
    return min.length;
  }

  /** The smallest finite value of a channel, +∞ if it has none. */
  public float min(int channel) {
    return min[channel];
  }

  /** The largest finite value of a channel, −∞ if it has none. */
  public float max(int channel) {
    return max[channel];
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof ChannelRanges r && Arrays.equals(r.min, min) && Arrays.equals(r.max, max);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(min) + Arrays.hashCode(max);
  }

  @Override
  public String toString() {
    return "ChannelRanges{min=" + Arrays.toString(min) + ", max=" + Arrays.toString(max) + "}";
  }

  private static final class Kind implements StatisticKind<ChannelRanges> {
    @Override
    public String name() {
      return "channels";
    }

    @Override
    public Class<ChannelRanges> type() {
      return ChannelRanges.class;
    }

    @Override
    public void write(ChannelRanges ranges, ByteSink out) {
      out.varint(ranges.channels());
      for (int c = 0; c < ranges.channels(); c++) {
        new ValueRange(ranges.min[c], ranges.max[c]).write(out);
      }
    }

    @Override
    public ChannelRanges read(ByteSource in) {
      int n = in.count(2 * Float.BYTES);
      float[] min = new float[n];
      float[] max = new float[n];
      for (int c = 0; c < n; c++) {
        ValueRange range = ValueRange.read(in);
        min[c] = range.min();
        max[c] = range.max();
      }
      return new ChannelRanges(min, max);
    }
  }
}
