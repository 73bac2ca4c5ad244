package io.octant.calibration;

/**
 * The squared error of quantizing the values of statistics with a range, reckoned from the bins of
 * the grid in double.
 *
 * <p>A bin stands for its middle, which is finer than a step unless the range is clipped more than
 * a thousandfold or there are more than a thousand levels; how far the error can be off because
 * values lie elsewhere in their bin is the estimate's doubt. Zeros are exact and cost nothing, tiny
 * values count as zeros.
 */
final class GridError {
  /** Standard deviations that the doubt is taken as. */
  private static final double DEVIATIONS = 2;

  /** A bin for each level that there is, and more: below that, summing bins up is as fast. */
  private static final int BINS_A_LEVEL = 8;

  private final QuantizationTarget target;
  private final double[] lowers;
  private final double[] uppers;
  private final double[] counts;
  private final Moments moments;
  private final double min;
  private final double max;

  /**
   * An error and its doubt.
   *
   * @param sum sum of squared errors
   * @param doubt by how much the sum may be off, the places of values in their bins being unknown:
   *     bin by bin independently, and all alike where a bin is wider than half a step
   */
  record Estimate(double sum, double doubt) {}

  GridError(TensorStatistics statistics, QuantizationTarget target) {
    this(statistics, target, Double.POSITIVE_INFINITY);
  }

  /** The error of the values whose magnitude is at most {@code limit}. */
  GridError(TensorStatistics statistics, QuantizationTarget target, double limit) {
    this.target = target;
    int[] size = {0};
    statistics.forEachBin((lower, upper, count) -> size[0] += within(lower, upper, limit));
    lowers = new double[size[0]];
    uppers = new double[size[0]];
    counts = new double[size[0]];
    int[] at = {0};
    statistics.forEachBin(
        (lower, upper, count) -> {
          if (within(lower, upper, limit) == 1) {
            lowers[at[0]] = Math.max(lower, statistics.min());
            uppers[at[0]] = Math.min(upper, statistics.max());
            counts[at[0]++] = count;
          }
        });
    moments = new Moments(lowers, uppers, counts);
    double zero = statistics.special().finite() > 0 ? 0 : Double.NaN;
    min = size[0] == 0 ? 0 : least(lowers[0], zero);
    max = size[0] == 0 ? 0 : -least(-uppers[size[0] - 1], zero);
  }

  private static int within(double lower, double upper, double limit) {
    return -lower <= limit && upper <= limit ? 1 : 0;
  }

  private static double least(double a, double orNan) {
    return orNan < a ? orNan : a;
  }

  /** Smallest value that is reckoned with. */
  double min() {
    return min;
  }

  /** Largest value that is reckoned with. */
  double max() {
    return max;
  }

  /** Sum of squared errors of quantizing with a range. */
  double sum(double low, double high) {
    Grid grid = new Grid(low, high);
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      double difference = grid.error((lowers[i] + uppers[i]) / 2);
      sum += counts[i] * difference * difference;
    }
    return sum;
  }

  /**
   * The same if it is less than a limit, else the sum or infinity: most ranges of a search are far
   * from the best one, which shows without a look at every bin.
   */
  double sumBelow(double limit, double low, double high) {
    Grid grid = new Grid(low, high);
    boolean isCoarse = (grid.last - grid.first) * BINS_A_LEVEL < counts.length;
    if (isCoarse && grid.step > 0 && moments.leastSum(grid.step, grid.first, grid.last) >= limit) {
      return Double.POSITIVE_INFINITY;
    }
    return sum(low, high);
  }

  /** Sum of squared errors of quantizing with a range, and its doubt. */
  Estimate estimate(double low, double high) {
    Grid grid = new Grid(low, high);
    double sum = 0;
    double variance = 0;
    double unknown = 0;
    for (int i = 0; i < counts.length; i++) {
      double atLower = square(grid.error(lowers[i]));
      double atMiddle = square(grid.error((lowers[i] + uppers[i]) / 2));
      double atUpper = square(grid.error(uppers[i]));
      double most = Math.max(atMiddle, Math.max(atLower, atUpper));
      double least = Math.min(atMiddle, Math.min(atLower, atUpper));
      sum += counts[i] * atMiddle;
      if (uppers[i] - lowers[i] > grid.step / 2) {
        unknown += counts[i] * Math.max(most, square(grid.step / 2));
      } else {
        variance += square(counts[i] * (most - least));
      }
    }
    return new Estimate(sum, DEVIATIONS * Math.sqrt(variance) + unknown);
  }

  private static double square(double x) {
    return x * x;
  }

  /** The values that integers stand for. */
  private final class Grid {
    private final double step;
    private final double first;
    private final double last;

    Grid(double low, double high) {
      step = target.step(low, high);
      double zeroPoint = target.zeroPoint(low, step);
      first = target.range().min() - zeroPoint;
      last = target.range().max() - zeroPoint;
    }

    double error(double value) {
      if (step == 0) {
        return value;
      }
      return Math.max(first, Math.min(last, Math.rint(value / step))) * step - value;
    }
  }
}
