package io.octant.reference.kernel;

import io.octant.tensor.DType;
import io.octant.tensor.QRange;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Pools over the last one, two or three axes. Quantized tensors are accepted: max pools compare
 * integers, average pools keep the input's qparams.
 */
public final class Pooling {
  /** What an average over a padded window divides by. */
  public enum Divisor {
    /** The window with its padding. */
    INCLUDE_PADDING,
    /** The elements inside the input. */
    EXCLUDE_PADDING
  }

  private Pooling() {}

  /** {@code torch.nn.functional.max_pool1d … max_pool3d}; NaN wins. */
  public static Tensor max(Tensor x, PoolGeometry g) {
    Windows windows = Windows.sliding(x.shape(), g);
    return withValues(x, windows, windows.reduce(Values.of(x), g.padding(), Pooling::max));
  }

  /**
   * Flat positions within each plane of the maxima that {@link #max} returns, int64; the first of
   * equals.
   */
  public static Tensor maxIndices(Tensor x, PoolGeometry g) {
    return positions(x, Windows.sliding(x.shape(), g), g.padding());
  }

  private static Tensor positions(Tensor x, Windows windows, int[] padding) {
    int plane = windows.inputSize();
    double[] at =
        windows.reduce(Values.of(x), padding, (v, p, count, padded) -> argmax(v, p, count) % plane);
    return Values.tensor(DType.INT64, windows.outputShape(x.shape()), at);
  }

  /** {@code torch.nn.functional.adaptive_max_pool1d … 3d}. */
  public static Tensor adaptiveMax(Tensor x, int... outputSize) {
    Windows windows = Windows.adaptive(x.shape(), outputSize);
    return withValues(
        x, windows, windows.reduce(Values.of(x), new int[outputSize.length], Pooling::max));
  }

  /** Flat positions of the maxima that {@link #adaptiveMax} returns, as {@link #maxIndices}. */
  public static Tensor adaptiveMaxIndices(Tensor x, int... outputSize) {
    return positions(x, Windows.adaptive(x.shape(), outputSize), new int[outputSize.length]);
  }

  /**
   * {@code torch.nn.functional.lp_pool1d … lp_pool3d}: the p-th root of the sum of p-th powers. A
   * partial window counts as if the mean of its powers filled it.
   */
  public static Tensor power(Tensor x, PoolGeometry g, double p) {
    int size = Arrays.stream(g.kernel()).reduce(1, (a, b) -> a * b);
    Tensor powers = Elementwise.mapFloat(x, v -> Math.pow(v, p));
    return Elementwise.map(
        average(powers, g, Divisor.INCLUDE_PADDING), v -> Math.pow(v * size, 1 / p));
  }

  private static Tensor withValues(Tensor x, Windows windows, double[] values) {
    if (!x.isQuantized()) {
      return Values.tensor(x.dtype(), windows.outputShape(x.shape()), values);
    }
    // A window of nothing but padding has the least integer that there is.
    int least = QRange.of(x.dtype()).min();
    int[] out = new int[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.max(least, (int) values[i]);
    }
    return Tensor.quantized(x.dtype(), windows.outputShape(x.shape()), out, x.qparams());
  }

  private static double max(double[] x, int[] positions, int count, int padded) {
    return count == 0 ? Double.NEGATIVE_INFINITY : x[argmax(x, positions, count)];
  }

  private static int argmax(double[] x, int[] positions, int count) {
    int best = positions[0];
    for (int i = 1; i < count; i++) {
      double v = x[positions[i]];
      if (v > x[best] || (Double.isNaN(v) && !Double.isNaN(x[best]))) {
        best = positions[i];
      }
    }
    return best;
  }

  /** {@code torch.nn.functional.avg_pool1d … avg_pool3d}. */
  public static Tensor average(Tensor x, PoolGeometry g, Divisor divisor) {
    return average(
        x,
        g,
        sum ->
            (v, p, count, padded) ->
                sum.of(v, p, count) / (divisor == Divisor.INCLUDE_PADDING ? padded : count));
  }

  /** As {@link #average(Tensor, PoolGeometry, Divisor)}, divided by a given number. */
  public static Tensor average(Tensor x, PoolGeometry g, int divisor) {
    return average(x, g, sum -> (v, p, count, padded) -> sum.of(v, p, count) / divisor);
  }

  private static Tensor average(
      Tensor input, PoolGeometry g, Function<Sum, Windows.Reducer> reducer) {
    return Requantization.averaging(
        input,
        x -> {
          Windows windows = Windows.sliding(x.shape(), g);
          return Values.tensor(
              x.dtype(),
              windows.outputShape(x.shape()),
              windows.reduce(Values.of(x), g.padding(), reducer.apply(Sum.of(x))));
        });
  }

  /**
   * {@code torch.nn.functional.adaptive_avg_pool1d … 3d}.
   *
   * @param outputSize one for each spatial axis, −1 keeps the input's
   */
  public static Tensor adaptiveAverage(Tensor input, int... outputSize) {
    if (Arrays.stream(outputSize).allMatch(size -> size == 1)) {
      int[] axes = IntStream.range(0, outputSize.length).map(i -> i - outputSize.length).toArray();
      return Reductions.mean(input, axes, Reductions.Axes.KEEP);
    }
    return Requantization.averaging(
        input,
        x -> {
          Windows windows = Windows.adaptive(x.shape(), outputSize);
          Sum sum = Sum.of(x);
          double[] out =
              windows.reduce(
                  Values.of(x),
                  new int[outputSize.length],
                  (v, p, count, padded) -> sum.of(v, p, count) / count);
          return Values.tensor(x.dtype(), windows.outputShape(x.shape()), out);
        });
  }

  /** Adds up a window in row-major order. */
  private interface Sum {
    double of(double[] x, int[] positions, int count);

    static Sum of(Tensor x) {
      return Precision.of(x) == Precision.SINGLE ? Pooling::singleSum : Pooling::doubleSum;
    }
  }

  private static double singleSum(double[] x, int[] positions, int count) {
    float s = 0;
    for (int i = 0; i < count; i++) {
      s += (float) x[positions[i]];
    }
    return s;
  }

  private static double doubleSum(double[] x, int[] positions, int count) {
    double s = 0;
    for (int i = 0; i < count; i++) {
      s += x[positions[i]];
    }
    return s;
  }
}
