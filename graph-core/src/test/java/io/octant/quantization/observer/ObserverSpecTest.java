package io.octant.quantization.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.calibration.BatchExtrema;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ObserverSpecTest {
  private static final ObserverSpec MIN_MAX =
      ObserverSpec.of(ObserverSpec.TORCH + "MinMaxObserver");

  @Test
  void specsAreEqualWhateverTheOrderOfKeywords() {
    assertThat(MIN_MAX.with("quant_min", 0).with("quant_max", 127))
        .isEqualTo(MIN_MAX.with("quant_max", 127L).with("quant_min", 0L))
        .isNotEqualTo(MIN_MAX.with("quant_min", 0).with("quant_max", 126));
  }

  @Test
  void everyCreationIsAFreshObserver() {
    ActivationPostProcess first = MIN_MAX.create();
    first.observe(Tensor.of(new float[] {5}, 1));
    assertThat(((MinMaxObserver) MIN_MAX.create()).max()[0]).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void anUnknownClassIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> ObserverSpec.of("user.Observer").create())
        .isInstanceOf(ObserverException.class)
        .hasMessageStartingWith("Cannot make observer: user.Observer, expected one of [")
        .hasMessageContaining("torch.ao.quantization.HistogramObserver");
  }

  @Test
  void aKeywordOfTheWrongKindIsRefusedByName() {
    assertThatThrownBy(() -> MIN_MAX.with("dtype", "qint8").create())
        .hasMessage(
            "Cannot make torch.ao.quantization.MinMaxObserver: dtype=qint8, expected a dtype");
    assertThatThrownBy(() -> MIN_MAX.with("quant_min", 0.5).with("quant_max", 2).create())
        .hasMessageContaining("quant_min=0.5, expected an int");
  }

  @Test
  void float8IsRefused() {
    assertThatThrownBy(() -> MIN_MAX.with("dtype", DType.FLOAT8_E5M2).create())
        .isInstanceOf(ObserverException.class);
  }

  @Test
  void perChannelParametersNeedAnAxisFromTheFirst() {
    ActivationPostProcess o =
        ObserverSpec.of(ObserverSpec.TORCH + "PerChannelMinMaxObserver")
            .with("ch_axis", -1)
            .with("qscheme", QScheme.PER_CHANNEL_SYMMETRIC)
            .create();
    o.observe(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
    assertThat(o.calculateQParams().size()).isEqualTo(2);
    assertThatThrownBy(o::qparams).hasMessageContaining("axis -1");
  }

  @Test
  void notFiniteRangesWarn() {
    ActivationPostProcess o = MIN_MAX.create();
    o.observe(Tensor.of(new float[] {1, Float.NaN}, 2));
    assertThat(o.calculateQParams().warnings()).hasSize(1);
    assertThat(o.calculateQParams().scale(0)).isNaN();
  }

  /** Batches that arrive in any order and number of parts fold to what one process sees. */
  @Test
  void batchExtremaFoldToTheSequentialMovingAverage() {
    ObserverSpec spec = ObserverSpec.of(ObserverSpec.TORCH + "MovingAverageMinMaxObserver");
    MovingAverageMinMaxObserver sequential = (MovingAverageMinMaxObserver) spec.create();
    List<BatchExtrema> parts = new ArrayList<>();
    Random random = new Random(3);
    for (int batch = 0; batch < 20; batch++) {
      float[] values = {(float) random.nextGaussian() - 1, (float) random.nextGaussian() + 1};
      Tensor x = Tensor.of(values, 2);
      sequential.observe(x);
      parts.add(
          BatchExtrema.of(batch, Math.min(values[0], values[1]), Math.max(values[0], values[1])));
    }
    Collections.shuffle(parts, random);
    BatchExtrema all = parts.stream().reduce(BatchExtrema::plus).orElseThrow();
    MovingAverageMinMaxObserver folded = (MovingAverageMinMaxObserver) spec.create();
    all.forEachInOrder(folded::fold);
    assertThat(folded.min()).isEqualTo(sequential.min());
    assertThat(folded.max()).isEqualTo(sequential.max());
  }

  @Test
  void minMaxTakesStatisticsFromElsewhere() {
    MinMaxObserver o = (MinMaxObserver) MIN_MAX.create();
    io.octant.graph.Container root = new io.octant.graph.Container();
    root.setChild("o", o);
    io.octant.calibration.TensorStatistics s = new io.octant.calibration.TensorStatistics();
    s.update(new float[] {-1, 0, 3});
    MergeableObserver.feed(root, Map.of("o", s));
    assertThat(o.qparams().scale()).isEqualTo(4f / 255);
  }
}
