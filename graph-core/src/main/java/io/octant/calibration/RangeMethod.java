package io.octant.calibration;

import io.octant.OctantException;
import java.util.Locale;

/**
 * How a range of real values is chosen from statistics. All methods read the same statistics, so
 * that another one costs no pass over the data. Formulas: {@code docs/quantization-model.md}.
 *
 * <p>Every method gives a range within the exact extrema; it is deterministic and depends on the
 * multiset of values only. NaN and infinities are not part of it.
 *
 * <p>No method costs more than 0.5 dB in squared error of the values against {@link MinMax}, see
 * {@code docs/adr/0013-range-methods-are-bounded-by-min-max.md}; percentiles leave outliers out.
 *
 * <p>PyTorch has two of the methods, in observers of their own: {@code MinMaxObserver} and {@code
 * HistogramObserver}.
 */
public sealed interface RangeMethod
    permits RangeMethod.MinMax,
        RangeMethod.L2,
        RangeMethod.Mse,
        RangeMethod.Percentile,
        RangeMethod.Entropy {

  /** What is used where nobody asks for another; the one place that says so. */
  static RangeMethod byDefault() {
    return new Mse();
  }

  /** Below this step, what {@link LogLinearGrid} calls tiny is more than a quarter of a step. */
  double SMALLEST_STEP = 0x1p-30;

  /**
   * Chooses a range. Where the grid has no bins for values that the range would tell apart (tensors
   * of 2^-22 and less, for 8 bits), it is that of the extrema.
   *
   * @return finite ends in order; not both 0 unless all values are
   * @throws OctantException if the statistics hold no finite value
   */
  default ValueRange solve(TensorStatistics statistics, QuantizationTarget target) {
    if (!statistics.hasRange()) {
      throw new OctantException(
          "Cannot solve range of " + statistics + ", expected at least one finite value");
    }
    ValueRange extrema = new ValueRange(statistics.min(), statistics.max());
    if (statistics.min() == statistics.max() || isBeneathTheGrid(statistics, target)) {
      return extrema;
    }
    ValueRange searched = within(extrema, search(statistics, target));
    if (searched.equals(extrema)) {
      return extrema;
    }
    GridError error = new GridError(statistics, target, outliersBeyond(searched));
    return within(extrema, new ErrorBound(error).widened(searched));
  }

  private static ValueRange within(ValueRange extrema, ValueRange range) {
    return new ValueRange(
        Math.max(extrema.min(), range.min()) + 0.0f, Math.min(extrema.max(), range.max()) + 0.0f);
  }

  /** Whether a step is so small that values without a bin of their own would be told apart. */
  private static boolean isBeneathTheGrid(TensorStatistics statistics, QuantizationTarget target) {
    SpecialCounts special = statistics.special();
    return special.tinyNegatives() + special.tinyPositives() != 0
        && target.step(statistics.min(), statistics.max()) < SMALLEST_STEP;
  }

  /**
   * The range that the method finds, whatever it costs; {@link #solve} widens it where that is more
   * than it may.
   *
   * @param statistics with at least two different values
   */
  ValueRange search(TensorStatistics statistics, QuantizationTarget target);

  /** The magnitude beyond which the method is told to clip, whatever it costs; +∞ if none. */
  default double outliersBeyond(ValueRange searched) {
    return Double.POSITIVE_INFINITY;
  }

  /** The exact extrema: nothing is clipped. */
  record MinMax() implements RangeMethod {
    @Override
    public ValueRange search(TensorStatistics s, QuantizationTarget target) {
      return new ValueRange(s.min(), s.max());
    }

    @Override
    public String toString() {
      return "minmax";
    }
  }

  /**
   * PyTorch's search for a small squared error over equal-width bins, for the number of levels that
   * there are (PyTorch: always 2^bits).
   */
  record L2() implements RangeMethod {
    private static final int BINS = 2048;

    @Override
    public ValueRange search(TensorStatistics s, QuantizationTarget target) {
      float[] histogram = EqualWidthProjection.of(s, s.min(), s.max(), BINS);
      // The search cubes widths in float32. A power of two keeps them from overflow and changes
      // nothing else.
      int exponent = Math.getExponent(Math.max(-s.min(), s.max()));
      ValueRange found =
          new L2Search(
                  histogram,
                  Math.scalb(s.min(), -exponent),
                  Math.scalb(s.max(), -exponent),
                  target.range().levels())
              .search();
      return new ValueRange(scaled(found.min(), exponent, s), scaled(found.max(), exponent, s));
    }

    private static float scaled(float value, int exponent, TensorStatistics s) {
      return (float) Math.max(s.min(), Math.min(s.max(), Math.scalb((double) value, exponent)));
    }

    @Override
    public String toString() {
      return "l2";
    }
  }

  /** The smallest mean squared error of quantized values, over the full grid. */
  record Mse() implements RangeMethod {
    @Override
    public ValueRange search(TensorStatistics s, QuantizationTarget target) {
      return new MseSearch(s, target).search();
    }

    @Override
    public String toString() {
      return "mse";
    }
  }

  /**
   * The range that a share of the values lies in, both tails cut alike; wider where clipping costs
   * more than 0.5 dB, outliers apart: values beyond eight times the range are clipped whatever it
   * costs, as this is what the method is for.
   *
   * @param percent share in percent, above 50 and at most 100
   */
  record Percentile(double percent) implements RangeMethod {
    private static final double OUTLIER = 8;

    public Percentile {
      if (!(percent > 50 && percent <= 100)) {
        throw new OctantException(
            "Cannot use percentile: " + percent + ", expected one above 50 and at most 100");
      }
    }

    @Override
    public ValueRange search(TensorStatistics s, QuantizationTarget target) {
      return new Quantiles(s).central(percent / 100);
    }

    @Override
    public double outliersBeyond(ValueRange searched) {
      return OUTLIER * Math.max(Math.abs(searched.min()), Math.abs(searched.max()));
    }

    @Override
    public String toString() {
      return "percentile:" + percent;
    }
  }

  /** The smallest Kullback–Leibler divergence between the values and their quantized form. */
  record Entropy() implements RangeMethod {
    @Override
    public ValueRange search(TensorStatistics s, QuantizationTarget target) {
      return new EntropySearch(s, target).search();
    }

    @Override
    public String toString() {
      return "entropy";
    }
  }

  /**
   * Reads what {@code toString} writes: {@code minmax}, {@code l2}, {@code mse}, {@code
   * percentile:P} or {@code entropy}.
   */
  static RangeMethod parse(String text) {
    String name = text.toLowerCase(Locale.ROOT);
    switch (name) {
      case "minmax":
        return new MinMax();
      case "l2":
        return new L2();
      case "mse":
        return new Mse();
      case "entropy":
        return new Entropy();
      default:
        if (name.startsWith("percentile:")) {
          try {
            return new Percentile(Double.parseDouble(name.substring("percentile:".length())));
          } catch (NumberFormatException e) {
            throw unknown(text);
          }
        }
        throw unknown(text);
    }
  }

  private static OctantException unknown(String text) {
    return new OctantException(
        "Cannot read range method: "
            + text
            + ", expected minmax, l2, mse, percentile:P (such as percentile:99.99) or entropy");
  }
}
