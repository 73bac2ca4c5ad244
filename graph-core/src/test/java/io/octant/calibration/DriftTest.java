package io.octant.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.octant.calibration.QuantizationTarget.Symmetry;
import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DriftTest {
  private static final QuantizationTarget BYTES =
      new QuantizationTarget(QRange.of(DType.QUINT8), Symmetry.AFFINE);

  private static TensorStatistics of(float... values) {
    TensorStatistics out = new TensorStatistics();
    out.update(values);
    return out;
  }

  private static TensorStatistics normal(long seed, double mean, double deviation, int n) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return of(values);
  }

  private static Drift between(TensorStatistics earlier, TensorStatistics later) {
    return Drift.between(earlier, later, new RangeMethod.MinMax(), BYTES);
  }

  @Test
  void equalValuesHaveNotMoved() {
    TensorStatistics values = normal(1, 0.3, 2, 10_000);
    TensorStatistics twice = values.copy();
    twice.merge(values);
    assertThat(between(values, twice)).isEqualTo(Drift.NONE);
  }

  @Test
  void theDistanceOfAShiftIsTheShift() {
    Drift drift = between(normal(2, 10, 1, 20_000), normal(2, 12, 1, 20_000));
    assertThat(drift.wasserstein()).isCloseTo(2, within(0.02));
    double step = (normal(2, 10, 1, 20_000).max()) / 255.0;
    assertThat(drift.steps()).isCloseTo(2 / step, within(2.0));
  }

  @Test
  void theIndexIsThatOfDeciles() {
    Drift drift = between(normal(3, 0, 1, 400_000), normal(4, 1, 1, 400_000));
    assertThat(drift.psi()).isCloseTo(expectedIndexOfShiftedNormals(), within(0.02));
  }

  /** Shares of a shifted normal distribution in the deciles of the other, by integration. */
  private static double expectedIndexOfShiftedNormals() {
    double step = 1e-4;
    double[] shares = new double[10];
    double below = 0;
    for (double x = -9; x < 10; x += step) {
      double middle = x + step / 2;
      shares[(int) Math.min(9, below * 10)] += density(middle - 1) * step;
      below += density(middle) * step;
    }
    double psi = 0;
    for (double q : shares) {
      psi += (q - 0.1) * Math.log(q / 0.1);
    }
    return psi;
  }

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  @Test
  void aSpikeIsOneClassAndWhatLeavesItShows() {
    assertThat(between(of(0, 0, 0, 0), of(0, 0)).psi()).isZero();
    Drift half = between(of(0, 0, 0, 0), of(0, 1));
    assertThat(half.psi())
        .isCloseTo((0.5 - 1) * Math.log(0.5) + (0.5 - 1e-4) * Math.log(0.5 / 1e-4), within(1e-9));
    assertThat(half.outside()).isEqualTo(0.5);
    assertThat(between(of(1, 2), of(0.5f, 0.5f)).psi()).isGreaterThan(8);
  }

  @Test
  void valuesBeyondTheExtremaAreCountedOnEitherSide() {
    assertThat(between(of(-1, 2), of(-1, 2, 0, 1.5f)).outside()).isZero();
    assertThat(between(of(-1, 2), of(-1.1f, 2.1f, 0, 1)).outside()).isEqualTo(0.5);
    assertThat(between(of(1, 2), of(0.5f, 1, 0, 2)).outside()).isEqualTo(0.5);
    assertThat(between(of(-2, -1), of(-0.5f, -1, 0, -2)).outside()).isEqualTo(0.5);
    assertThat(between(of(1, 2), of(1, Float.POSITIVE_INFINITY)).outside()).isEqualTo(0.5);
    assertThat(between(of(1, 2), of(1, Float.NaN)).outside()).isZero();
  }

  @Test
  void theScaleIsThatOfTheMethod() {
    assertThat(between(of(0, 1), of(0, 3)).scaleChange()).isCloseTo(2, within(1e-12));
    assertThat(between(of(0, 2), of(0, 1)).scaleChange()).isCloseTo(-0.5, within(1e-12));
    assertThat(between(of(0), of(0, 1)).scaleChange()).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void aTensorThatHasValuesOnOneSideAloneHasMovedEntirely() {
    TensorStatistics none = of(Float.NaN);
    assertThat(between(none, none)).isEqualTo(Drift.NONE);
    assertThat(between(none, of(1)).psi()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(between(of(1), none).outside()).isEqualTo(Double.POSITIVE_INFINITY);
  }
}
