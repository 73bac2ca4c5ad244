package io.octant.calibration;

/**
 * Quantiles of the finite values, to within the width of a grid bin. Tiny values count as zeros.
 */
final class Quantiles {
  private final TensorStatistics statistics;

  Quantiles(TensorStatistics statistics) {
    this.statistics = statistics;
  }

  /**
   * The range that holds a share of the values, with as many below as above. Where that is zero
   * alone, it is a share of the values other than zero, and zero.
   */
  ValueRange central(double share) {
    long zeros = statistics.special().finite();
    ValueRange range = central(share, statistics.finiteCount(), zeros);
    if (range.min() == 0 && range.max() == 0 && statistics.finiteCount() > zeros) {
      range = central(share, statistics.finiteCount() - zeros, 0);
    }
    return range;
  }

  private ValueRange central(double share, double total, long zeros) {
    double cut = total * (1 - share) / 2;
    double low = within(at(cut, zeros));
    double high = within(at(total - cut, zeros));
    return new ValueRange((float) Math.min(low, high), (float) Math.max(low, high));
  }

  private double within(double value) {
    return Math.max(statistics.min(), Math.min(statistics.max(), value));
  }

  /** The value that a number of values lie below, linear within a bin. */
  private double at(double rank, long zeros) {
    Cursor cursor = new Cursor(rank);
    boolean[] passedZero = {false};
    statistics.forEachBin(
        (lower, upper, count) -> {
          if (lower >= 0 && !passedZero[0]) {
            passedZero[0] = true;
            cursor.pass(0, 0, zeros);
          }
          cursor.pass(lower, upper, count);
        });
    if (!passedZero[0]) {
      cursor.pass(0, 0, zeros);
    }
    return cursor.found;
  }

  /** Walks the bins from −∞ until a rank is reached. */
  private static final class Cursor {
    private final double rank;
    private double below;
    private boolean done;
    private double found;

    Cursor(double rank) {
      this.rank = rank;
    }

    void pass(double lower, double upper, long count) {
      if (done || count == 0) {
        return;
      }
      double inside = Math.max(0, Math.min(1, (rank - below) / count));
      found = lower + (upper - lower) * inside;
      below += count;
      done = below >= rank;
    }
  }
}
