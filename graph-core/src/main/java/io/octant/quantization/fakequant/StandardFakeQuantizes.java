package io.octant.quantization.fakequant;

import static io.octant.quantization.observer.ObserverSpec.TORCH;

import io.octant.quantization.observer.ObserverFactory;
import io.octant.quantization.observer.ObserverProvider;
import java.util.Map;

/**
 * The fake quantizes of this package.
 *
 * <p>Their classes are those of {@code torch.ao.quantization.fake_quantize}.
 */
public final class StandardFakeQuantizes implements ObserverProvider {
  @Override
  public Map<String, ObserverFactory> factories() {
    return Map.of(
        TORCH + "FakeQuantize", FakeQuantize::new,
        TORCH + "FixedQParamsFakeQuantize", FixedQParamsFakeQuantize::new,
        TORCH + "FusedMovingAvgObsFakeQuantize", FusedMovingAvgObsFakeQuantize::new,
        TORCH + "_learnable_fake_quantize._LearnableFakeQuantize", LearnableFakeQuantize::new);
  }
}
