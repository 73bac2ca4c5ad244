package io.octant.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.calibration.QuantizationTarget.Symmetry;
import io.octant.tensor.QRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The squared error that each method really has, value by value, against that of the extrema; the
 * data are those on which searches over histograms go astray.
 */
class RangeMethodErrorTest {
  private static final int SIZE = 4_000;
  private static final double ALLOWED_DB = 0.5;

  private static final List<QuantizationTarget> TARGETS =
      List.of(
          new QuantizationTarget(new QRange(0, 255), Symmetry.AFFINE),
          new QuantizationTarget(new QRange(0, 127), Symmetry.AFFINE),
          new QuantizationTarget(new QRange(-128, 127), Symmetry.AFFINE),
          new QuantizationTarget(new QRange(-128, 127), Symmetry.SYMMETRIC),
          new QuantizationTarget(new QRange(-64, 63), Symmetry.SYMMETRIC),
          new QuantizationTarget(new QRange(-127, 127), Symmetry.SYMMETRIC),
          new QuantizationTarget(new QRange(0, 255), Symmetry.SYMMETRIC),
          new QuantizationTarget(new QRange(0, 127), Symmetry.SYMMETRIC, 63),
          new QuantizationTarget(new QRange(0, 15), Symmetry.AFFINE),
          new QuantizationTarget(new QRange(0, 65535), Symmetry.AFFINE));

  private record Data(String name, float[] values) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static float[] draw(int n, DoubleSupplier value) {
    float[] out = new float[n];
    for (int i = 0; i < n; i++) {
      out[i] = (float) value.getAsDouble();
    }
    return out;
  }

  private static float[] with(float[] values, float... more) {
    float[] out = Arrays.copyOf(values, values.length + more.length);
    System.arraycopy(more, 0, out, values.length, more.length);
    return out;
  }

  private static List<Data> bounded() {
    Random r = new Random(77);
    List<Data> out = new ArrayList<>();
    out.add(new Data("normal", draw(SIZE, r::nextGaussian)));
    out.add(new Data("uniform", draw(SIZE, () -> 2 * r.nextDouble() - 1)));
    out.add(new Data("uniform, 300 values", draw(300, r::nextDouble)));
    out.add(new Data("rectified", draw(SIZE, () -> Math.max(0, r.nextGaussian()))));
    out.add(new Data("negative only", draw(SIZE, () -> -Math.abs(r.nextGaussian()))));
    out.add(new Data("shifted up", draw(SIZE, () -> 100 + r.nextGaussian())));
    out.add(new Data("shifted down", draw(SIZE, () -> -1000 + r.nextGaussian())));
    out.add(new Data("white background", draw(SIZE, () -> r.nextInt(5) > 0 ? 1 : r.nextDouble())));
    out.add(
        new Data(
            "white background, standardized",
            draw(SIZE, () -> r.nextInt(5) > 0 ? 2.821 : 3 * r.nextDouble() - 0.4242)));
    out.add(
        new Data(
            "dark mode at a tenth",
            draw(SIZE, () -> r.nextInt(10) > 0 ? 0.98 + 0.02 * r.nextDouble() : r.nextDouble())));
    out.add(
        new Data(
            "point mass in the middle",
            draw(SIZE, () -> r.nextInt(10) > 0 ? 0.7123 : r.nextGaussian())));
    out.add(
        new Data(
            "two point masses",
            draw(SIZE, () -> r.nextInt(10) > 0 ? (r.nextBoolean() ? 3.3 : -1.1) : r.nextDouble())));
    out.add(
        new Data(
            "bimodal", draw(SIZE, () -> (r.nextBoolean() ? 10 : -3) + 0.1 * r.nextGaussian())));
    out.add(new Data("few of a far mode", with(draw(SIZE, r::nextGaussian), 8, 8.1f, -8.2f, 8.3f)));
    out.add(new Data("mostly zero", draw(SIZE, () -> r.nextInt(400) > 0 ? 0 : r.nextGaussian())));
    out.add(new Data("pixels", draw(SIZE, () -> r.nextInt(256))));
    out.add(new Data("pixels of 1", draw(SIZE, () -> r.nextInt(256) / 255f)));
    out.add(new Data("a single value", new float[] {2.7f}));
    out.add(new Data("constant", draw(SIZE, () -> -3.3)));
    out.add(new Data("constant but for one", with(draw(SIZE, () -> 3.3), -1)));
    out.add(new Data("all zero", new float[SIZE]));
    out.add(new Data("zero but for one", with(new float[SIZE], 5)));
    out.add(new Data("two values", new float[] {-1.7f, 2.9f}));
    for (int i = 0; i < 20; i++) {
      int n = 2 + i % 12;
      out.add(new Data(n + " values, " + i, draw(n, r::nextGaussian)));
      out.add(
          new Data(
              n + " point masses, " + i,
              repeated(draw(n, () -> 5 * r.nextDouble() - 1), draw(n, () -> 1 + r.nextInt(3000)))));
    }
    for (float magnitude : new float[] {3.4e38f, 1e37f, 1e20f, 1e-5f, 1e-8f, 1e-10f, 1e-30f}) {
      out.add(
          new Data(
              "uniform to " + magnitude, draw(SIZE, () -> magnitude * (2 * r.nextDouble() - 1))));
      out.add(
          new Data(
              "rectified to " + magnitude,
              draw(SIZE, () -> magnitude * Math.max(0, 2 * r.nextDouble() - 1))));
    }
    out.add(new Data("ends of float32", new float[] {-Float.MAX_VALUE, Float.MAX_VALUE, 1, 0}));
    out.add(new Data("the largest alone", draw(SIZE, () -> Float.MAX_VALUE)));
    out.add(new Data("the largest and zero", with(draw(SIZE, () -> Float.MAX_VALUE), 0)));
    out.add(new Data("subnormal", draw(SIZE, () -> 1e-40 * r.nextGaussian())));
    out.add(new Data("subnormal and one", with(draw(SIZE, () -> 1e-40 * r.nextGaussian()), 1)));
    out.add(new Data("smallest", new float[] {-Float.MIN_VALUE, 0, Float.MIN_VALUE}));
    out.add(new Data("both zeros", new float[] {-0.0f, 0.0f, -0.0f}));
    out.add(
        new Data(
            "tiny and small", draw(SIZE, () -> (r.nextBoolean() ? 1e-9 : 1e-10) * r.nextDouble())));
    return out;
  }

  /** Data with values far beyond all others, which a percentile is told to clip. */
  private static List<Data> heavyTailed() {
    Random r = new Random(78);
    List<Data> out = new ArrayList<>();
    out.add(new Data("one outlier", with(draw(SIZE, r::nextGaussian), 1e6f)));
    out.add(new Data("an outlier of 60", with(draw(SIZE, r::nextGaussian), 60)));
    out.add(new Data("huge outlier", with(draw(SIZE, r::nextGaussian), -Float.MAX_VALUE)));
    out.add(
        new Data(
            "small far mode",
            draw(SIZE, () -> r.nextInt(1000) > 0 ? r.nextGaussian() : 60 + r.nextGaussian())));
    out.add(new Data("Cauchy", draw(SIZE, () -> Math.tan(Math.PI * (r.nextDouble() - 0.5)))));
    out.add(new Data("log-normal", draw(SIZE, () -> Math.exp(2 * r.nextGaussian()))));
    out.add(
        new Data(
            "Student",
            draw(SIZE, () -> r.nextGaussian() / Math.sqrt(0.05 + Math.abs(r.nextGaussian())))));
    return out;
  }

  private static float[] repeated(float[] values, float[] times) {
    float[] out = new float[0];
    for (int i = 0; i < values.length; i++) {
      float[] more = new float[(int) times[i]];
      Arrays.fill(more, values[i]);
      out = with(out, more);
    }
    return out;
  }

  private static Stream<Arguments> everyMethod() {
    return Stream.concat(
        Stream.of("l2", "mse", "entropy")
            .flatMap(m -> heavyTailed().stream().map(d -> Arguments.of(m, d))),
        Stream.of("minmax", "l2", "mse", "entropy", "percentile:99.99", "percentile:95")
            .flatMap(m -> bounded().stream().map(d -> Arguments.of(m, d))));
  }

  @ParameterizedTest(name = "{0} of {1}")
  @MethodSource("everyMethod")
  void noMethodIsWorseThanTheExtremaByHalfADecibel(String method, Data data) {
    TensorStatistics s = new TensorStatistics();
    s.update(data.values());
    for (QuantizationTarget target : TARGETS) {
      ValueRange range = RangeMethod.parse(method).solve(s, target);
      assertThat(range.min()).as("%s", target).isBetween(s.min(), s.max());
      assertThat(range.max()).as("%s", target).isBetween(range.min(), s.max());
      double found = squaredError(data.values(), range, target);
      double atExtrema = squaredError(data.values(), new ValueRange(s.min(), s.max()), target);
      // Of the levels that there are, the last may be a rounding of float32 away from the extremum.
      double rounding = data.values().length * Math.pow(1e-6 * Math.max(-s.min(), s.max()), 2);
      assertThat(found)
          .as("squared error of %s for %s", range, target)
          .isLessThanOrEqualTo(atExtrema * Math.pow(10, ALLOWED_DB / 10) + rounding);
    }
  }

  /** In double, as it is to be right to the ends of float32. */
  private static double squaredError(float[] values, ValueRange range, QuantizationTarget target) {
    double low = Math.min(0.0, range.min());
    double high = Math.max(0.0, range.max());
    int qmin = target.range().min();
    int qmax = target.range().max();
    boolean symmetric = target.symmetry() == Symmetry.SYMMETRIC;
    double scale =
        symmetric ? Math.max(-low, high) * 2 / (qmax - qmin) : (high - low) / (qmax - qmin);
    if (scale == 0) {
      double sum = 0;
      for (float v : values) {
        sum += (double) v * v;
      }
      return sum;
    }
    long zeroPoint = symmetric ? target.centre() : qmin - (long) Math.rint(low / scale);
    double sum = 0;
    for (float v : values) {
      double q = Math.max(qmin, Math.min(qmax, Math.rint(v / scale) + zeroPoint));
      double difference = (q - zeroPoint) * scale - v;
      sum += difference * difference;
    }
    return sum;
  }
}
