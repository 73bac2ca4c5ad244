package io.octant.quantization.observer;

import static io.octant.quantization.observer.ObserverSpec.TORCH;

import java.util.Map;

/**
 * The observers of this package.
 *
 * <p>Their classes are those of {@code torch.ao.quantization.observer}, and {@link
 * GridHistogramObserver}.
 */
public final class StandardObservers implements ObserverProvider {
  @Override
  public Map<String, ObserverFactory> factories() {
    return Map.ofEntries(
        Map.entry(TORCH + "MinMaxObserver", MinMaxObserver::new),
        Map.entry(TORCH + "MovingAverageMinMaxObserver", MovingAverageMinMaxObserver::new),
        Map.entry(TORCH + "PerChannelMinMaxObserver", PerChannelMinMaxObserver::new),
        Map.entry(
            TORCH + "MovingAveragePerChannelMinMaxObserver",
            MovingAveragePerChannelMinMaxObserver::new),
        Map.entry(TORCH + "HistogramObserver", HistogramObserver::new),
        Map.entry(
            GridHistogramObserver.TYPE,
            ObserverFactory.of(GridHistogramObserver::new, GridHistogramObserver.TRAITS)),
        Map.entry(TORCH + "FixedQParamsObserver", FixedQParamsObserver::new),
        Map.entry(TORCH + "PlaceholderObserver", PlaceholderObserver::new),
        Map.entry(TORCH + "NoopObserver", NoopObserver::new),
        Map.entry(TORCH + "RecordingObserver", RecordingObserver::new),
        Map.entry(TORCH + "ReuseInputObserver", ReuseInputObserver::new));
  }
}
