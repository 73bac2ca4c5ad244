package io.octant.calibration;

/**
 * Finds the range with the smallest squared error of quantized values, over the bins of the grid.
 *
 * <p>Both ends move: from the extrema inwards by shrinking factors, in turns, until neither
 * improves.
 */
final class MseSearch {
  private static final int CANDIDATES = 200;
  private static final int ROUNDS = 4;

  private final TensorStatistics statistics;
  private final GridError errors;

  MseSearch(TensorStatistics statistics, QuantizationTarget target) {
    this.statistics = statistics;
    this.errors = new GridError(statistics, target);
  }

  ValueRange search() {
    double low = statistics.min();
    double high = statistics.max();
    double best = errors.sum(low, high);
    for (int round = 0; round < ROUNDS; round++) {
      double before = best;
      double newHigh = high;
      double newLow = low;
      for (int i = 1; i < CANDIDATES; i++) {
        double factor = (double) i / CANDIDATES;
        if (high > 0) {
          double candidate = Math.max(statistics.min(), statistics.max() * factor);
          double error = errors.sumBelow(best, low, candidate);
          if (error < best) {
            best = error;
            newHigh = candidate;
          }
        }
      }
      high = newHigh;
      for (int i = 1; i < CANDIDATES; i++) {
        double factor = (double) i / CANDIDATES;
        if (low < 0) {
          double candidate = Math.min(statistics.max(), statistics.min() * factor);
          double error = errors.sumBelow(best, candidate, high);
          if (error < best) {
            best = error;
            newLow = candidate;
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
}
