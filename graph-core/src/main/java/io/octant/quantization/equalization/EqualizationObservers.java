package io.octant.quantization.equalization;

import io.octant.quantization.observer.ObserverFactory;
import io.octant.quantization.observer.ObserverProvider;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.qconfig.EqualizationQConfig;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import java.util.Map;

/** The observers of this package, and the preset that uses them. */
public final class EqualizationObservers implements ObserverProvider {
  /** {@code default_equalization_qconfig}. */
  public static final EqualizationQConfig DEFAULT =
      new EqualizationQConfig(
          ObserverSpec.of(InputEqualizationObserver.TYPE)
              .with("dtype", DType.QUINT8)
              .with("qscheme", QScheme.PER_TENSOR_SYMMETRIC),
          ObserverSpec.of(WeightEqualizationObserver.TYPE)
              .with("dtype", DType.QINT8)
              .with("qscheme", QScheme.PER_CHANNEL_SYMMETRIC));

  @Override
  public Map<String, ObserverFactory> factories() {
    return Map.of(
        InputEqualizationObserver.TYPE, InputEqualizationObserver::new,
        WeightEqualizationObserver.TYPE, WeightEqualizationObserver::new);
  }
}
