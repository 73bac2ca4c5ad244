package io.octant.kernels.binding;

import io.octant.calibration.LogLinearGrid;
import io.octant.calibration.SpecialCounts;
import io.octant.calibration.TensorStatistics;

/**
 * Off-heap accumulator of one observer, on the grid of {@link LogLinearGrid}. Belongs to one
 * thread. Its counters have 32 bits: drain it before 2^32 values.
 */
public final class NativeObserver extends NativeResource {
  /** Address space that an accumulator reserves; memory is taken for the exponents that occur. */
  public static final long RESERVED_BYTES =
      (LogLinearGrid.PAGES + 1L) * LogLinearGrid.PAGE_BINS * Integer.BYTES;

  public NativeObserver() {
    super(Bindings.observer());
  }

  /** What an observe kernel takes as its second operand. */
  public long address() {
    return handle();
  }

  /** Adds what was counted to {@code statistics} and starts anew. */
  public void drainTo(TensorStatistics statistics) {
    long[] counts = new long[3];
    float[] range = new float[2];
    Bindings.observerExtrema(handle(), counts, range);
    // The native loop bins everything but zeros by its top bits; what the grid calls special is
    // sorted out here, page by page.
    long[] tiny = new long[2];
    long notFinite = 0;
    long[] page = new long[LogLinearGrid.PAGE_BINS];
    for (int p = 0; p < LogLinearGrid.PAGES; p++) {
      long sum = Bindings.observerPage(handle(), p, page);
      if (sum == 0) {
        continue;
      }
      if (LogLinearGrid.isPage(p)) {
        statistics.addPage(p, page, 0);
      } else if ((p & 0xff) == 0xff) {
        notFinite += sum;
      } else {
        tiny[LogLinearGrid.isNegative(p) ? 1 : 0] += sum;
      }
    }
    statistics.addSpecial(
        new SpecialCounts(
            counts[0], tiny[1], tiny[0], notFinite - counts[1] - counts[2], counts[2], counts[1]));
    statistics.addExtrema(range[0], range[1]);
    Bindings.resetObserver(handle());
  }

  @Override
  void free(long address) {
    Bindings.freeObserver(address);
  }
}
