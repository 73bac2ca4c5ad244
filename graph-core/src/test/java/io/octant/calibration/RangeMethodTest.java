package io.octant.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.octant.OctantException;
import io.octant.calibration.QuantizationTarget.Symmetry;
import io.octant.tensor.FakeQuantization;
import io.octant.tensor.QParams;
import io.octant.tensor.QRange;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RangeMethodTest {
  private static final QuantizationTarget U8 =
      new QuantizationTarget(new QRange(0, 255), Symmetry.AFFINE);
  private static final QuantizationTarget U4 =
      new QuantizationTarget(new QRange(0, 15), Symmetry.AFFINE);

  private static float[] normal(int n) {
    Random random = new Random(20);
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = (float) random.nextGaussian();
    }
    return out;
  }

  private static TensorStatistics statistics(float... values) {
    TensorStatistics s = new TensorStatistics();
    s.update(values);
    return s;
  }

  private static float[] with(float[] values, float... more) {
    float[] out = Arrays.copyOf(values, values.length + more.length);
    System.arraycopy(more, 0, out, values.length, more.length);
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"minmax", "l2", "mse", "percentile:99.9", "entropy"})
  void theTextFormReadsBack(String text) {
    assertThat(RangeMethod.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "max", "percentile:", "percentile:20", "percentile:101"})
  void otherTextIsRefused(String text) {
    assertThatThrownBy(() -> RangeMethod.parse(text)).isInstanceOf(OctantException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"minmax", "l2", "mse", "percentile:99.9", "entropy"})
  void everyRangeLiesWithinTheExtrema(String text) {
    RangeMethod method = RangeMethod.parse(text);
    for (float[] values :
        new float[][] {
          {3},
          {0},
          {-2, -2},
          {0, 5},
          {-1, 1e-30f},
          {1e6f, 1, 2, 3},
          normal(1000),
          with(normal(50), 1e6f)
        }) {
      TensorStatistics s = statistics(values);
      ValueRange range = method.solve(s, U8);
      assertThat(range.min()).isBetween(s.min(), s.max());
      assertThat(range.max()).isBetween(range.min(), s.max());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"minmax", "l2", "mse", "percentile:99.9", "entropy"})
  void withoutAFiniteValueThereIsNoRange(String text) {
    assertThatThrownBy(
            () -> RangeMethod.parse(text).solve(statistics(Float.NaN, Float.POSITIVE_INFINITY), U8))
        .hasMessageContaining("expected at least one finite value");
  }

  @Test
  void minMaxIsExact() {
    assertThat(new RangeMethod.MinMax().solve(statistics(-0.1f, 0, 0.3f), U8))
        .isEqualTo(new ValueRange(-0.1f, 0.3f));
  }

  @Test
  void aPercentileCutsBothTailsAndIgnoresOneOutlier() {
    float[] uniform = new float[100_000];
    for (int i = 0; i < uniform.length; i++) {
      uniform[i] = (i + 0.5f) / uniform.length * 2 - 1;
    }
    ValueRange range = new RangeMethod.Percentile(99).solve(statistics(with(uniform, 1e6f)), U8);
    assertThat(range.min()).isCloseTo(-0.99f, within(0.002f));
    assertThat(range.max()).isCloseTo(0.99f, within(0.002f));
  }

  /** Zeros need no range: 0 … 0 would clip everything else. */
  @Test
  void aPercentileOfZerosAloneIsThatOfTheOthers() {
    float[] values = new float[1000];
    Arrays.fill(values, 0, 10, 4);
    assertThat(new RangeMethod.Percentile(90).solve(statistics(values), U8))
        .isEqualTo(new ValueRange(4, 4));
  }

  /**
   * Zeros stand between negative and positive values, also where there are none of the one kind.
   */
  @Test
  void quantilesPassZerosInTheirPlace() {
    RangeMethod.Percentile p80 = new RangeMethod.Percentile(80);
    assertThat(p80.solve(statistics(-1, -1, -1, 0, 0), U8)).isEqualTo(new ValueRange(-1, 0));
    assertThat(p80.solve(statistics(0, 0, 2, 2, 2), U8).min()).isZero();
    assertThat(p80.solve(statistics(-4, -2, 0, 0, 0, 0, 0, 0, 2, 400), U8).max())
        .isBetween(2f, 2.01f);
  }

  /** Against a search over the values themselves, in steps of one part in 400. */
  @Test
  void mseFindsTheRangeOfLeastError() {
    float[] values = with(normal(20_000), 9, -7);
    ValueRange found = new RangeMethod.Mse().solve(statistics(values), U4);
    double best = Double.POSITIVE_INFINITY;
    for (double low = 1.0 / 40; low <= 1; low += 1.0 / 40) {
      for (double high = 1.0 / 40; high <= 1; high += 1.0 / 40) {
        best = Math.min(best, squaredError(values, (float) (-7 * low), (float) (9 * high), U4));
      }
    }
    assertThat(squaredError(values, found.min(), found.max(), U4)).isLessThanOrEqualTo(best * 1.02);
    assertThat(squaredError(values, -7, 9, U4)).isGreaterThan(best * 1.5);
  }

  private static double squaredError(
      float[] values, float low, float high, QuantizationTarget target) {
    double scale = target.step(low, high);
    QRange range = target.range();
    QParams q = QParams.perTensor(scale, range.clamp((long) Math.rint(range.min() - low / scale)));
    float[] out = FakeQuantization.of(Tensor.of(values, values.length), q, range).output().floats();
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += (double) (out[i] - values[i]) * (out[i] - values[i]);
    }
    return sum;
  }

  /** PyTorch's search always assumes 256 levels; with 16 it pays to cut far more. */
  @Test
  void theL2SearchReckonsWithTheLevelsThereAre() {
    TensorStatistics s = statistics(normal(100_000));
    ValueRange eight = new RangeMethod.L2().solve(s, U8);
    ValueRange four = new RangeMethod.L2().solve(s, U4);
    assertThat(four.max() - four.min()).isLessThan((eight.max() - eight.min()) * 0.9f);
  }

  @Test
  void entropyCutsAThinTail() {
    ValueRange range = new RangeMethod.Entropy().solve(statistics(with(normal(500_000), 10)), U8);
    assertThat(range.max()).isBetween(4f, 9f);
  }

  /** Rectified images: nearly all zero, and a background that gives one value again and again. */
  @Test
  void entropyIsNotFooledByPointMasses() {
    float[] values = new float[200_000];
    Random random = new Random(4);
    for (int i = 0; i < values.length; i++) {
      int kind = random.nextInt(10);
      values[i] = kind < 7 ? 0 : kind < 9 ? 0.25f : (float) Math.abs(random.nextGaussian());
    }
    assertThat(new RangeMethod.Entropy().solve(statistics(values), U8).max()).isGreaterThan(2f);
  }

  @Test
  void theProjectionKeepsEveryValue() {
    TensorStatistics s = statistics(with(normal(5000), 0, 0, 0, 1e-20f));
    float[] bins = EqualWidthProjection.of(s, s.min(), s.max(), 2048);
    double sum = 0;
    for (float count : bins) {
      sum += count;
    }
    assertThat(sum).isCloseTo(5004, within(0.01));
  }

  @Test
  void clampedStatisticsAreThoseOfClampedValues() {
    float[] values = with(normal(1000), 0, 7, -9, Float.NaN);
    float[] clamped = values.clone();
    for (int i = 0; i < clamped.length; i++) {
      clamped[i] = Float.isNaN(clamped[i]) ? clamped[i] : Math.max(0, Math.min(1.5f, clamped[i]));
    }
    assertThat(statistics(values).clampedTo(0, 1.5f)).isEqualTo(statistics(clamped));
  }
}
