package io.octant.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.calibration.QuantizationTarget.Symmetry;
import io.octant.tensor.QRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Searches pass over ranges that cannot be the best ones by a bound: it must be one, and close
 * enough that something is passed over; and what is found is what looking at every range finds.
 */
class RangeSearchTest {
  private static final List<QuantizationTarget> TARGETS =
      List.of(
          new QuantizationTarget(new QRange(0, 255), Symmetry.AFFINE),
          new QuantizationTarget(new QRange(-64, 63), Symmetry.SYMMETRIC),
          new QuantizationTarget(new QRange(0, 15), Symmetry.AFFINE),
          new QuantizationTarget(new QRange(0, 65535), Symmetry.AFFINE));

  static List<TensorStatistics> statistics() {
    Random r = new Random(5);
    List<TensorStatistics> all = new ArrayList<>();
    for (DoubleSupplier values :
        List.<DoubleSupplier>of(
            r::nextGaussian,
            () -> Math.max(0, r.nextGaussian()),
            () -> -1000 + r.nextGaussian(),
            () -> 1e-20 * Math.exp(3 * r.nextGaussian()),
            () -> 1e30 * r.nextGaussian() * r.nextGaussian() * r.nextGaussian(),
            () -> r.nextInt(1000) == 0 ? 900 : r.nextDouble(),
            () -> r.nextInt(4) - 1.5,
            () -> Math.max(-1, Math.min(1, 3 * r.nextGaussian())))) {
      float[] drawn = new float[30_000];
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] = (float) values.getAsDouble();
      }
      TensorStatistics statistics = new TensorStatistics();
      statistics.update(drawn);
      all.add(statistics);
      TensorStatistics many = new TensorStatistics();
      many.merge(statistics, 1_000_000_007);
      all.add(many);
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("statistics")
  void theBoundOfTheSquaredErrorIsOneAndCloseAndWhatIsLessIsTheSumItself(TensorStatistics s) {
    Random r = new Random(6);
    for (QuantizationTarget target : TARGETS) {
      GridError error = new GridError(s, target);
      for (int i = 0; i < 300; i++) {
        double low = s.min() * r.nextDouble();
        double high = s.max() * r.nextDouble();
        double sum = error.sum(low, high);
        assertThat(error.sumBelow(Math.nextUp(sum), low, high)).isEqualTo(sum);
        assertThat(error.sumBelow(sum, low, high)).isGreaterThanOrEqualTo(sum);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 128, 16})
  void aRangeThatIsFarOffIsPassedOver(int levels) {
    TensorStatistics normal = statistics().get(0);
    QuantizationTarget target = new QuantizationTarget(new QRange(0, levels - 1), Symmetry.AFFINE);
    GridError error = new GridError(normal, target);
    double sum = error.sum(normal.min(), normal.max());
    assertThat(error.sumBelow(sum / 1.001, normal.min(), normal.max())).isInfinite();
    assertThat(error.sumBelow(sum, normal.min() / 9, normal.max())).isInfinite();
    assertThat(error.sumBelow(sum, normal.min(), normal.max() / 9)).isInfinite();
  }

  @ParameterizedTest
  @MethodSource("statistics")
  void theSearchForTheSquaredErrorFindsWhatLookingAtEveryRangeFinds(TensorStatistics s) {
    for (QuantizationTarget target : TARGETS.subList(0, 3)) {
      assertThat(new MseSearch(s, target).search()).isEqualTo(everyRange(s, target));
    }
  }

  /** The search of {@link MseSearch}, by sums alone. */
  private static ValueRange everyRange(TensorStatistics s, QuantizationTarget target) {
    GridError error = new GridError(s, target);
    double low = s.min();
    double high = s.max();
    double best = error.sum(low, high);
    for (int round = 0; round < 4; round++) {
      double before = best;
      double fixedLow = low;
      for (int i = 1; high > 0 && i < 200; i++) {
        double end = Math.max(s.min(), s.max() * (i / 200.0));
        if (error.sum(fixedLow, end) < best) {
          best = error.sum(fixedLow, end);
          high = end;
        }
      }
      double fixedHigh = high;
      for (int i = 1; fixedLow < 0 && i < 200; i++) {
        double end = Math.min(s.max(), s.min() * (i / 200.0));
        if (error.sum(end, fixedHigh) < best) {
          best = error.sum(end, fixedHigh);
          low = end;
        }
      }
      if (best == before) {
        break;
      }
    }
    return new ValueRange((float) low, (float) high);
  }

  @ParameterizedTest
  @MethodSource("statistics")
  void theSearchForTheDivergenceFindsTheFewestBinsOfTheSmallest(TensorStatistics s) {
    double[] counts = new double[2048];
    double bound = Math.max(-(double) s.min(), s.max());
    s.forEachBin(
        (lower, upper, count) ->
            counts[(int) Math.min(2047, Math.abs(lower + upper) / 2 * 2048 / bound)] += count);
    DivergenceBound bounds = new DivergenceBound(counts);
    for (int levels : new int[] {1, 7, 128, 256, 2048}) {
      int best = 2048;
      double smallest = Double.POSITIVE_INFINITY;
      for (int kept = levels; kept <= 2048; kept++) {
        double divergence = EntropySearch.divergence(counts, kept, levels);
        if (divergence < Double.POSITIVE_INFINITY) {
          assertThat(bounds.of(kept, levels)).isBetween(divergence - 1e-6, divergence);
        }
        if (divergence < smallest) {
          smallest = divergence;
          best = kept;
        }
      }
      assertThat(EntropySearch.bestOf(counts, levels)).isEqualTo(best);
    }
  }

  /** Their sums are rounded, in one order by other amounts than in another. */
  @ParameterizedTest
  @ValueSource(doubles = {1e12, 1e13, 1e14, 1e15})
  void theBoundIsOneForCountsThatDoublesDoNotHold(double large) {
    Random r = new Random(7);
    double[] counts = new double[2048];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = Math.rint((i < 300 ? 1000 : large) * r.nextDouble());
    }
    DivergenceBound bounds = new DivergenceBound(counts);
    for (int levels : new int[] {1, 7, 128}) {
      for (int kept = levels; kept <= 2048; kept++) {
        double divergence = EntropySearch.divergence(counts, kept, levels);
        assertThat(bounds.of(kept, levels)).as("%d bins", kept).isLessThanOrEqualTo(divergence);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 128, 2048})
  void withoutAnyCountsAllBinsAreKept(int levels) {
    assertThat(EntropySearch.bestOf(new double[2048], levels)).isEqualTo(2048);
  }
}
