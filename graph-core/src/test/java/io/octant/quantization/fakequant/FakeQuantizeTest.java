package io.octant.quantization.fakequant;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.Container;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FakeQuantizeTest {
  private static FakeQuantizeModule perChannel(int axis) {
    return (FakeQuantizeModule)
        ObserverSpec.of(ObserverSpec.TORCH + "FakeQuantize")
            .with(
                "observer",
                ObserverSpec.of(ObserverSpec.TORCH + "MovingAveragePerChannelMinMaxObserver"))
            .with("quant_min", -128)
            .with("quant_max", 127)
            .with("dtype", DType.QINT8)
            .with("qscheme", QScheme.PER_CHANNEL_SYMMETRIC)
            .with("ch_axis", axis)
            .create();
  }

  @Test
  void aNegativeChannelAxisCountsFromTheLast() {
    Tensor x = Tensor.of(new float[] {0.11f, 100, -0.07f, -50}, 2, 2);
    assertThat(perChannel(-1).forward(x)).isEqualTo(perChannel(1).forward(x));
    assertThat(perChannel(-1).forward(x)).isNotEqualTo(perChannel(0).forward(x));
  }

  @Test
  void togglesReachEveryFakeQuantizeOfAModel() {
    Container root = new Container();
    FakeQuantizeModule a = root.setChild("a", perChannel(0));
    root.setModule("inner.b", perChannel(0));
    Toggle.DISABLE_FAKE_QUANT.applyTo(root);
    Toggle.DISABLE_OBSERVER.applyTo(root);
    Tensor x = Tensor.of(new float[] {0.3f, 1, 2, 3}, 2, 2);
    assertThat(a.evaluate(List.of(x), Map.of())).isEqualTo(x);
    assertThat(root.module("inner.b").tensor("observer_enabled").item()).isZero();
    assertThat(a.observer().tensor("min_val").numel()).isZero();
    Toggle.ENABLE_OBSERVER.applyTo(root);
    a.forward(x);
    assertThat(a.observer().tensor("min_val").numel()).isEqualTo(2);
  }

  @Test
  void fusedParametersAreNeutralUntilTheFirstFakeQuantization() {
    FakeQuantizeModule fused =
        (FakeQuantizeModule)
            ObserverSpec.of(ObserverSpec.TORCH + "FusedMovingAvgObsFakeQuantize")
                .with(
                    "observer",
                    ObserverSpec.of(ObserverSpec.TORCH + "MovingAveragePerChannelMinMaxObserver"))
                .with("quant_min", -128)
                .with("quant_max", 127)
                .with("dtype", DType.QINT8)
                .with("qscheme", QScheme.PER_CHANNEL_SYMMETRIC)
                .create();
    fused.apply(Toggle.DISABLE_FAKE_QUANT);
    fused.forward(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    assertThat(fused.tensor("scale").floats()).containsExactly(1, 1);
    assertThat(fused.tensor("zero_point").ints()).containsExactly(0, 0);
  }
}
