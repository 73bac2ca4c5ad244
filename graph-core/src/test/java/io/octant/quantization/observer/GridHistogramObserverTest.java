package io.octant.quantization.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octant.calibration.RangeMethod;
import io.octant.calibration.TensorStatistics;
import io.octant.calibration.ValueRange;
import io.octant.graph.Container;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GridHistogramObserverTest {
  private static final ObserverSpec SPEC = ObserverSpec.of(GridHistogramObserver.TYPE);

  private static Tensor normal(long seed, int n, float scale) {
    Random random = new Random(seed);
    float[] v = new float[n];
    for (int i = 0; i < n; i++) {
      v[i] = (float) random.nextGaussian() * scale;
    }
    return Tensor.of(v, n);
  }

  @ParameterizedTest
  @ValueSource(strings = {"minmax", "l2", "mse", "percentile:99.9", "entropy"})
  void theOrderOfTensorsDoesNotMatter(String method) {
    GridHistogramObserver forwards = (GridHistogramObserver) SPEC.with("method", method).create();
    GridHistogramObserver backwards = (GridHistogramObserver) SPEC.with("method", method).create();
    for (int i = 0; i < 5; i++) {
      forwards.observe(normal(i, 1000, 1 + i));
      backwards.observe(normal(4 - i, 1000, 5 - i));
    }
    assertThat(backwards.calculateQParams()).isEqualTo(forwards.calculateQParams());
    assertThat(backwards.statistics().toBytes()).isEqualTo(forwards.statistics().toBytes());
  }

  /** One batch: PyTorch's histogram is the exact one, so only the width of grid bins differs. */
  @Test
  void theL2RangeOfOneBatchIsThatOfPyTorchsObserver() {
    ActivationPostProcess parity =
        ObserverSpec.of(ObserverSpec.TORCH + "HistogramObserver").create();
    ActivationPostProcess grid = SPEC.with("method", "l2").create();
    for (ActivationPostProcess o : new ActivationPostProcess[] {parity, grid}) {
      o.observe(normal(7, 200_000, 3));
    }
    float expected = parity.calculateQParams().scale(0);
    assertThat(grid.calculateQParams().scale(0)).isCloseTo(expected, within(expected * 0.01f));
  }

  @Test
  void aSolvedRangeHoldsUntilMoreIsSeen() {
    GridHistogramObserver observer = (GridHistogramObserver) SPEC.create();
    assertThat(observer.solve()).isEmpty();
    observer.observe(normal(1, 1000, 1));
    ValueRange first = observer.solve().orElseThrow();
    assertThat(observer.solve().orElseThrow()).isSameAs(first);
    observer.observe(normal(2, 1000, 5));
    assertThat(observer.solve().orElseThrow().max()).isGreaterThan(first.max());

    GridHistogramObserver other = (GridHistogramObserver) SPEC.create();
    other.merge(observer.statistics());
    other.assumeSolved(observer.solve().orElseThrow());
    assertThat(other.calculateQParams()).isEqualTo(observer.calculateQParams());
    other.merge(observer.statistics());
    assertThat(other.solve().orElseThrow()).isNotSameAs(observer.solve().orElseThrow());
  }

  @Test
  void feedingStatisticsEqualsObserving() {
    GridHistogramObserver observed = (GridHistogramObserver) SPEC.create();
    observed.observe(normal(1, 1000, 1));
    Container root = new Container();
    root.setModule("block.activation_post_process_0", SPEC.create());
    TensorStatistics elsewhere = new TensorStatistics();
    elsewhere.update(normal(1, 1000, 1).floats());
    MergeableObserver.feed(root, Map.of("block.activation_post_process_0", elsewhere));
    ActivationPostProcess fed =
        (ActivationPostProcess) root.module("block.activation_post_process_0");
    assertThat(fed.calculateQParams()).isEqualTo(observed.calculateQParams());
  }

  @Test
  void observersThatDependOnOrderAreNotFed() {
    Container root = new Container();
    root.setChild("obs", ObserverSpec.of(ObserverSpec.TORCH + "HistogramObserver").create());
    assertThatThrownBy(() -> MergeableObserver.feed(root, Map.of("obs", new TensorStatistics())))
        .isInstanceOf(ObserverException.class)
        .hasMessageContaining("Cannot feed statistics to module obs");
  }

  @Test
  void nanAndInfinityAreLeftOut() {
    GridHistogramObserver o = (GridHistogramObserver) SPEC.with("method", "minmax").create();
    o.observe(Tensor.of(new float[] {1, Float.NaN, Float.POSITIVE_INFINITY, -1, Float.NaN}, 5));
    assertThat(o.calculateQParams().scale(0)).isEqualTo(2f / 255);
    assertThat(o.statistics().special().nans()).isEqualTo(2);
  }

  @Test
  void withoutDataTheParametersAreNeutralAndWarn() {
    assertThat(SPEC.create().calculateQParams().warnings()).hasSize(1);
    assertThat(SPEC.create().calculateQParams().scale(0)).isOne();
  }

  @Test
  void itTakesThePlaceOfTheHistogramObserver() {
    ObserverSpec histogram =
        ObserverSpec.of(ObserverSpec.TORCH + "HistogramObserver")
            .with("reduce_range", true)
            .with("bins", 256)
            .with("dtype", DType.QUINT8);
    ObserverSpec grid = GridHistogramObserver.inPlaceOf(histogram, new RangeMethod.Mse());
    GridHistogramObserver made = (GridHistogramObserver) grid.create();
    assertThat(made.range().orElseThrow().max()).isEqualTo(127);
    assertThat(made.method()).isEqualTo(new RangeMethod.Mse());
  }

  @Test
  void aCopyObservesOnItsOwn() {
    GridHistogramObserver original = (GridHistogramObserver) SPEC.create();
    original.observe(normal(1, 10, 1));
    GridHistogramObserver copy = (GridHistogramObserver) original.copy();
    copy.observe(normal(2, 10, 1));
    assertThat(original.statistics().count()).isEqualTo(10);
    assertThat(copy.statistics().count()).isEqualTo(20);
  }

  @Test
  void perChannelAndUnknownKeywordsAreRefused() {
    assertThatThrownBy(() -> SPEC.with("qscheme", QScheme.PER_CHANNEL_AFFINE).create())
        .isInstanceOf(ObserverException.class);
    assertThatThrownBy(() -> SPEC.with("metod", "l2").create())
        .hasMessageContaining("unknown keywords [metod]");
    assertThatThrownBy(() -> SPEC.with("method", "best").create())
        .hasMessageContaining("Cannot read range method: best");
  }

  @Test
  void aPercentileThatCostsTooMuchIsWidenedAndSaysSo() {
    GridHistogramObserver observer =
        new GridHistogramObserver(
            new KeywordArguments(GridHistogramObserver.TYPE, Map.of("method", "percentile:90")));
    float[] ramp = new float[4000];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = i / 4000f;
    }
    observer.observe(Tensor.of(ramp, ramp.length));
    assertThat(observer.solve().orElseThrow().max()).isGreaterThan(0.97f);
    assertThat(observer.calculateQParams().warnings())
        .singleElement()
        .asString()
        .startsWith("percentile:90.0 is 0.04")
        .contains("costs more than 0.5 dB");
  }
}
