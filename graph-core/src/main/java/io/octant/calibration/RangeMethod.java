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
 * <p>PyTorch has two of the methods, in observers of their own: {@code MinMaxObserver} and {@code
 * HistogramObserver}.
 */
public sealed interface RangeMethod
    permits RangeMethod.MinMax,
        RangeMethod.L2,
        RangeMethod.Mse,
        RangeMethod.Percentile,
        RangeMethod.Entropy {

  /**
   * Chooses a range.
   *
   * @throws OctantException if the statistics hold no finite value
   */
  default ValueRange solve(TensorStatistics statistics, QuantizationTarget target) {
    if (!statistics.hasRange()) {
      throw new OctantException(
          "Cannot solve range of " + statistics + ", expected at least one finite value");
    }
    if (statistics.min() == statistics.max()) {
      return new ValueRange(statistics.min(), statistics.max());
    }
    return solveSpread(statistics, target);
  }

  /** {@link #solve} of statistics with at least two different values. */
  ValueRange solveSpread(TensorStatistics statistics, QuantizationTarget target);

  /** The exact extrema: nothing is clipped. */
  record MinMax() implements RangeMethod {
    @Override
    public ValueRange solveSpread(TensorStatistics s, QuantizationTarget target) {
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
    public ValueRange solveSpread(TensorStatistics s, QuantizationTarget target) {
      float[] histogram = EqualWidthProjection.of(s, s.min(), s.max(), BINS);
      return new L2Search(histogram, s.min(), s.max(), target.range().levels()).search();
    }

    @Override
    public String toString() {
      return "l2";
    }
  }

  /** The smallest mean squared error of quantized values, over the full grid. */
  record Mse() implements RangeMethod {
    @Override
    public ValueRange solveSpread(TensorStatistics s, QuantizationTarget target) {
      return new MseSearch(s, target).search();
    }

    @Override
    public String toString() {
      return "mse";
    }
  }

  /**
   * The range that a share of the values lies in, both tails cut alike.
   *
   * @param percent share in percent, above 50 and at most 100
   */
  record Percentile(double percent) implements RangeMethod {
    public Percentile {
      if (!(percent > 50 && percent <= 100)) {
        throw new OctantException(
            "Cannot use percentile: " + percent + ", expected one above 50 and at most 100");
      }
    }

    @Override
    public ValueRange solveSpread(TensorStatistics s, QuantizationTarget target) {
      return new Quantiles(s).central(percent / 100);
    }

    @Override
    public String toString() {
      return "percentile:" + percent;
    }
  }

  /** The smallest Kullback–Leibler divergence between the values and their quantized form. */
  record Entropy() implements RangeMethod {
    @Override
    public ValueRange solveSpread(TensorStatistics s, QuantizationTarget target) {
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
