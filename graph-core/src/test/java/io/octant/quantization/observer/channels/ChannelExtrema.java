package io.octant.quantization.observer.channels;

import io.octant.bytes.ByteSink;
import io.octant.bytes.ByteSource;
import io.octant.calibration.ObservedSamples;
import io.octant.calibration.Statistic;
import io.octant.calibration.StatisticKind;
import io.octant.calibration.ValueRange;
import io.octant.tensor.Tensor;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Smallest and largest value of each channel on axis 1: a statistic that is not Octant's own. */
public record ChannelExtrema(SortedMap<Integer, ValueRange> channels)
    implements Statistic<ChannelExtrema> {
  public static final StatisticKind<ChannelExtrema> KIND = new Kind();
  static final ChannelExtrema NONE = new ChannelExtrema(new TreeMap<>());

  public ChannelExtrema {
    channels = Collections.unmodifiableSortedMap(new TreeMap<>(channels));
  }

  static ChannelExtrema of(ObservedSamples samples) {
    return samples.times() == 0 ? NONE : of(samples.tensor());
  }

  static ChannelExtrema of(Tensor x) {
    SortedMap<Integer, ValueRange> out = new TreeMap<>();
    int inner = x.shape().strides()[1];
    float[] values = x.floats();
    for (int i = 0; i < values.length; i++) {
      ValueRange one = new ValueRange(values[i] + 0f, values[i] + 0f);
      out.merge(i / inner % x.shape().dim(1), one, ChannelExtrema::hull);
    }
    return new ChannelExtrema(out);
  }

  private static ValueRange hull(ValueRange a, ValueRange b) {
    return new ValueRange(Math.min(a.min(), b.min()), Math.max(a.max(), b.max()));
  }

  @Override
  public StatisticKind<ChannelExtrema> kind() {
    return KIND;
  }

  @Override
  public ChannelExtrema plus(ChannelExtrema other) {
    SortedMap<Integer, ValueRange> out = new TreeMap<>(channels);
    other.channels.forEach((c, range) -> out.merge(c, range, ChannelExtrema::hull));
    return new ChannelExtrema(out);
  }

  @Override
  public ChannelExtrema copy() {
    return this;
  }

  /** Found by {@code META-INF/services/io.octant.calibration.StatisticKind}. */
  public static final class Kind implements StatisticKind<ChannelExtrema> {
    @Override
    public String name() {
      return "test.channel-extrema";
    }

    @Override
    public Class<ChannelExtrema> type() {
      return ChannelExtrema.class;
    }

    @Override
    public void write(ChannelExtrema statistic, ByteSink out) {
      out.varint(statistic.channels.size());
      statistic.channels.forEach(
          (c, range) -> {
            out.varint(c);
            range.write(out);
          });
    }

    @Override
    public ChannelExtrema read(ByteSource in) {
      SortedMap<Integer, ValueRange> out = new TreeMap<>();
      int n = in.count(1 + 2 * Float.BYTES);
      for (int i = 0; i < n; i++) {
        out.put((int) in.varint(), ValueRange.read(in));
      }
      return new ChannelExtrema(out);
    }
  }
}
