package io.octant.calibration;

/**
 * Widens a range that a method found, where it costs more than clipping may: to the first of 64
 * equal steps towards the extrema whose squared error is at most 0.5 dB above that of the extrema.
 *
 * <p>The errors are those of {@link GridError}, with their doubt at the side of caution: where the
 * grid cannot tell (few different values, a point mass at an unlucky place), the range is that of
 * the extrema.
 */
final class ErrorBound {
  /** 0.5 dB. */
  private static final double ALLOWED = Math.pow(10, 0.05);

  private static final int STEPS = 64;

  private final GridError error;
  private final double allowed;

  /**
   * @param error of the values that count
   */
  ErrorBound(GridError error) {
    this.error = error;
    GridError.Estimate atExtrema = error.estimate(error.min(), error.max());
    this.allowed = ALLOWED * (atExtrema.sum() - atExtrema.doubt());
  }

  /** Whether the error of a range is within the bound. */
  boolean holds(double low, double high) {
    if (low <= error.min() && high >= error.max()) {
      return true;
    }
    GridError.Estimate estimate = error.estimate(low, high);
    return estimate.sum() + estimate.doubt() <= allowed;
  }

  /** The range itself if it is within the bound, or the first wider one that is. */
  ValueRange widened(ValueRange range) {
    double lowest = Math.min(range.min(), error.min());
    double highest = Math.max(range.max(), error.max());
    for (int i = 0; i < STEPS; i++) {
      double part = (double) i / STEPS;
      double low = range.min() + (lowest - range.min()) * part;
      double high = range.max() + (highest - range.max()) * part;
      if (holds(low, high)) {
        return new ValueRange((float) low, (float) high);
      }
    }
    return new ValueRange((float) lowest, (float) highest);
  }
}
