package io.octant.calibration;

/** Quantiles of the finite values, to within the width of a grid bin. */
final class Quantiles {
  private final TensorStatistics statistics;

  Quantiles(TensorStatistics statistics) {
    this.statistics = statistics;
  }

  /** The range that holds a share of the values, with as many below as above. */
  ValueRange central(double share) {
    double total = statistics.finiteCount();
    double cut = total * (1 - share) / 2;
    float low = (float) at(cut);
    float high = (float) at(total - cut);
    return new ValueRange(
        Math.max(statistics.min(), Math.min(low, high)),
        Math.min(statistics.max(), Math.max(low, high)));
  }

  /** The value that a number of values lie below, linear within a bin. */
  private double at(double rank) {
    Cursor cursor = new Cursor(rank);
    long zeros = statistics.special().finite();
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
