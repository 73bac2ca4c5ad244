package io.octant.quantization.fakequant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.quantization.observer.ObserverException;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import org.junit.jupiter.api.Test;

class FusedMovingAvgObsFakeQuantizeTest {
  private static FakeQuantizeModule perTensor() {
    return (FakeQuantizeModule)
        ObserverSpec.of(ObserverSpec.TORCH + "FusedMovingAvgObsFakeQuantize").create();
  }

  private static FakeQuantizeModule perChannel(int axis) {
    return (FakeQuantizeModule)
        ObserverSpec.of(ObserverSpec.TORCH + "FusedMovingAvgObsFakeQuantize")
            .with(
                "observer",
                ObserverSpec.of(ObserverSpec.TORCH + "MovingAveragePerChannelMinMaxObserver"))
            .with("qscheme", QScheme.PER_CHANNEL_AFFINE)
            .with("dtype", DType.QUINT8)
            .with("ch_axis", axis)
            .create();
  }

  private static final Tensor X = Tensor.of(new float[] {0.26f, 1, -0.5f, -2}, 2, 2);

  @Test
  void unobservedRangesGiveTheScaleOfNoExtent() {
    FakeQuantizeModule fused = perTensor();
    fused.apply(Toggle.DISABLE_OBSERVER);

    assertThat(fused.forward(X).output().floats()).containsExactly(0.3f, 1.0f, 0.0f, 0.0f);
    assertThat(fused.tensor("scale").floats()).containsExactly(0.1f);
    assertThat(fused.tensor("zero_point").ints()).containsExactly(0);
  }

  @Test
  void unobservedChannelsAreMadeOnFirstUseAndStartAnew() {
    FakeQuantizeModule fused = perChannel(0);
    fused.apply(Toggle.DISABLE_OBSERVER);
    fused.forward(X);
    assertThat(fused.tensor("scale").floats()).containsExactly(0.1f, 0.1f);
    assertThat(fused.observer().tensor("min_val").floats())
        .containsExactly(Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY);

    fused.apply(Toggle.ENABLE_OBSERVER);
    fused.forward(X);

    assertThat(fused.observer().tensor("min_val").floats()).containsExactly(0.26f, -2);
    assertThat(fused.observer().tensor("max_val").floats()).containsExactly(1, -0.5f);
  }

  @Test
  void anInfiniteBoundStartsAnewOnItsOwn() {
    FakeQuantizeModule fused = perTensor();
    fused.forward(Tensor.of(new float[] {-1, Float.POSITIVE_INFINITY}, 2));
    fused.forward(Tensor.of(new float[] {-2, 3}, 2));

    assertThat(fused.observer().tensor("min_val").item()).isEqualTo(-1 + 0.01f * (-2 + 1));
    assertThat(fused.observer().tensor("max_val").item()).isEqualTo(3);
  }

  @Test
  void anEmptyTensorChangesNothing() {
    FakeQuantizeModule fused = perTensor();
    fused.forward(Tensor.of(new float[0], 0, 3));

    assertThat(fused.tensor("scale").floats()).containsExactly(1);
  }

  @Test
  void onlyChannelsOfTheFirstAxisAreObserved() {
    assertThatThrownBy(() -> perChannel(1).forward(X))
        .isInstanceOf(ObserverException.class)
        .hasMessageContaining("Cannot observe channels of axis 1");
  }
}
