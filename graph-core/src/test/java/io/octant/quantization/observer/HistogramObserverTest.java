package io.octant.quantization.observer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Where single values decide; whole histograms are compared with PyTorch's in the suite. */
class HistogramObserverTest {
  private static HistogramObserver observer(long bins) {
    return (HistogramObserver)
        ObserverSpec.of(ObserverSpec.TORCH + "HistogramObserver").with("bins", bins).create();
  }

  @Test
  void float64ValuesAreCountedBeforeTheyAreRounded() {
    double[] values = {0, 1 - 1e-12, 4};

    HistogramObserver exact = observer(4);
    exact.observe(Tensor.of(DType.FLOAT64, Shape.of(3), values));
    HistogramObserver rounded = observer(4);
    rounded.observe(Tensor.of(new float[] {0, (float) values[1], 4}, 3));

    assertThat(exact.histogram()).containsExactly(2, 0, 0, 1);
    assertThat(rounded.histogram()).containsExactly(1, 1, 0, 1);
  }

  @Test
  void hugeValuesAreCountedWhereTheyBelong() {
    HistogramObserver observer = observer(2048);

    observer.observe(Tensor.of(new float[] {-3e37f, 0, 3e37f}, 3));

    assertThat(observer.histogram()[0]).isEqualTo(1);
    assertThat(observer.histogram()[1024]).isEqualTo(1);
    assertThat(observer.histogram()[2047]).isEqualTo(1);
  }

  @Test
  void aRefusedTensorLeavesNoTrace() {
    HistogramObserver observer = observer(4);

    assertThatThrownBy(() -> observer.observe(Tensor.of(new float[] {Float.NaN, 1}, 2)))
        .isInstanceOf(ObserverException.class)
        .hasMessageContaining("Cannot observe NaN");
    observer.observe(Tensor.of(new float[] {0, 4}, 2));

    assertThat(observer.histogram()).containsExactly(1, 0, 0, 1);
  }
}
