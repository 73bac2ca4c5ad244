package io.octant.calibration;

/**
 * Finds the range with the smallest squared error of quantized values, over the bins of the grid.
 *
 * <p>A bin stands for its middle, which is finer than a step unless the range is clipped more than
 * a thousandfold; zeros are exact and cost nothing. Both ends move: from the extrema inwards by
 * shrinking factors, in turns, until neither improves.
 */
final class MseSearch {
  private static final int CANDIDATES = 200;
  private static final int ROUNDS = 4;

  private final TensorStatistics statistics;
  private final QuantizationTarget target;
  private final double[] middles;
  private final double[] counts;

  MseSearch(TensorStatistics statistics, QuantizationTarget target) {
    this.statistics = statistics;
    this.target = target;
    int[] size = {0};
    statistics.forEachBin((lower, upper, count) -> size[0]++);
    middles = new double[size[0]];
    counts = new double[size[0]];
    int[] at = {0};
    statistics.forEachBin(
        (lower, upper, count) -> {
          middles[at[0]] =
              (Math.max(lower, statistics.min()) + Math.min(upper, statistics.max())) / 2;
          counts[at[0]++] = count;
        });
  }

  ValueRange search() {
    double low = statistics.min();
    double high = statistics.max();
    double best = error(low, high);
    for (int round = 0; round < ROUNDS; round++) {
      double before = best;
      double newHigh = high;
      double newLow = low;
      for (int i = 1; i < CANDIDATES; i++) {
        double factor = (double) i / CANDIDATES;
        if (high > 0) {
          double error = error(low, statistics.max() * factor);
          if (error < best) {
            best = error;
            newHigh = statistics.max() * factor;
          }
        }
      }
      high = newHigh;
      for (int i = 1; i < CANDIDATES; i++) {
        double factor = (double) i / CANDIDATES;
        if (low < 0) {
          double error = error(statistics.min() * factor, high);
          if (error < best) {
            best = error;
            newLow = statistics.min() * factor;
          }
        }
      }
      low = newLow;
      if (best == before) {
        break;
      }
    }
    return new ValueRange((float) low, (float) high);
  }

  /** Sum of squared errors of quantizing with a range. */
  private double error(double low, double high) {
    double step = target.step(low, high);
    double min = target.symmetry() == QuantizationTarget.Symmetry.SYMMETRIC ? 0 : Math.min(low, 0);
    int qmin = target.range().min();
    int qmax = target.range().max();
    double zeroPoint =
        target.symmetry() == QuantizationTarget.Symmetry.SYMMETRIC
            ? Math.floorDiv((long) qmin + qmax + 1, 2)
            : qmin - Math.rint(min / step);
    double sum = 0;
    for (int i = 0; i < middles.length; i++) {
      double q = Math.max(qmin, Math.min(qmax, Math.rint(middles[i] / step) + zeroPoint));
      double difference = (q - zeroPoint) * step - middles[i];
      sum += counts[i] * difference * difference;
    }
    return sum;
  }
}
