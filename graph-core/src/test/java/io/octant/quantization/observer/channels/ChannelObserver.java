package io.octant.quantization.observer.channels;

import io.octant.calibration.Accumulator;
import io.octant.calibration.StatisticKind;
import io.octant.calibration.ValueRange;
import io.octant.quantization.observer.CalculatedQParams;
import io.octant.quantization.observer.KeywordArguments;
import io.octant.quantization.observer.MergeableObserver;
import io.octant.quantization.observer.ObserverFactory;
import io.octant.quantization.observer.ObserverProvider;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.observer.ObserverTraits;
import io.octant.quantization.observer.UniformObserver;
import io.octant.quantization.observer.UniformQParams;
import io.octant.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One range for a tensor from those of its channels: the {@code rank}th widest one's, if there are
 * so many.
 */
public final class ChannelObserver extends UniformObserver
    implements MergeableObserver<ChannelExtrema> {
  public static final ObserverSpec SPEC = ObserverSpec.of(ChannelObserver.class.getName());
  private static final String RANK = "rank";

  private final int rank;
  private ChannelExtrema seen = ChannelExtrema.NONE;

  ChannelObserver(KeywordArguments args) {
    super(readPerTensor(args));
    rank = args.integer(RANK, 0);
  }

  /** Found by {@code META-INF/services/io.octant.quantization.observer.ObserverProvider}. */
  public static final class Provider implements ObserverProvider {
    @Override
    public Map<String, ObserverFactory> factories() {
      return Map.of(
          SPEC.type(), ObserverFactory.of(ChannelObserver::new, ObserverTraits.octant(RANK)));
    }
  }

  @Override
  public StatisticKind<ChannelExtrema> statistic() {
    return ChannelExtrema.KIND;
  }

  @Override
  public Accumulator<ChannelExtrema> newAccumulator() {
    return Accumulator.summing(ChannelExtrema.NONE, ChannelExtrema::of);
  }

  @Override
  public void observe(Tensor x) {
    merge(ChannelExtrema.of(x));
  }

  @Override
  public void merge(ChannelExtrema statistics) {
    seen = seen.plus(statistics);
  }

  @Override
  public Optional<ValueRange> solve() {
    List<ValueRange> widestFirst =
        seen.channels().values().stream()
            .sorted((a, b) -> Float.compare(b.max() - b.min(), a.max() - a.min()))
            .toList();
    return widestFirst.stream()
        .skip(Math.min(rank, Math.max(0, widestFirst.size() - 1)))
        .findFirst();
  }

  @Override
  public CalculatedQParams calculateQParams() {
    ValueRange range = solve().orElseThrow();
    return UniformQParams.of(new float[] {range.min()}, new float[] {range.max()}, settings());
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>(super.hyperparameters());
    out.put(RANK, rank);
    return out;
  }
}
