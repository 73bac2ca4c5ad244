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
      (LogLinearGrid.PAGES + 1L) * LogLinearGrid.PAGE_BINS * (Integer.BYTES + Byte.BYTES);

  /** The exponent field of NaN and infinities. */
  private static final int NOT_FINITE = 0xff;

  /** The exponent field under which the native loop counts values that the grid calls tiny. */
  private static final int TINY = LogLinearGrid.page(LogLinearGrid.TINY_BITS) - 1;

  public NativeObserver() {
    super(Bindings.observer());
  }

  /** What an observe kernel takes as its second operand. */
  public long address() {
    return handle();
  }

  /**
   * Adds what was counted to {@code statistics} and starts anew. Pages that nobody has counted in
   * would take memory if they were read, so that the largest magnitudes come first and what is left
   * when all values are found is not looked at.
   *
   * @param values how many were counted
   */
  public void drainTo(TensorStatistics statistics, long values) {
    long[] counts = new long[3];
    float[] range = new float[2];
    Bindings.observerExtrema(handle(), counts, range);
    // The native loop bins everything but zeros by its top bits; what the grid calls special is
    // sorted out here, page by page.
    long[] tiny = new long[2];
    long notFinite = 0;
    long[] page = new long[LogLinearGrid.PAGE_BINS];
    int top =
        range[0] <= range[1]
            ? Math.max(TINY, Math.max(exponent(range[0]), exponent(range[1])))
            : -1;
    long left = values - counts[0];
    for (int e = NOT_FINITE; e >= 0 && left != 0; e = Math.min(e - 1, top)) {
      for (int sign = 0; sign < 2; sign++) {
        boolean occurs = sign == 0 ? range[1] > 0 : range[0] < 0;
        int p = sign * (LogLinearGrid.PAGES / 2) + e;
        long sum = occurs || e == NOT_FINITE ? Bindings.observerPage(handle(), p, page) : 0;
        left -= sum;
        if (sum == 0) {
          continue;
        }
        if (LogLinearGrid.isPage(p)) {
          statistics.addPage(p, page, 0);
        } else if (e == NOT_FINITE) {
          notFinite += sum;
        } else {
          tiny[sign] += sum;
        }
      }
    }
    statistics.addSpecial(
        new SpecialCounts(
            counts[0], tiny[1], tiny[0], notFinite - counts[1] - counts[2], counts[2], counts[1]));
    statistics.addExtrema(range[0], range[1]);
    Bindings.resetObserver(handle());
  }

  private static int exponent(float x) {
    return LogLinearGrid.page(Float.floatToRawIntBits(Math.abs(x)));
  }

  @Override
  void free(long address) {
    Bindings.freeObserver(address);
  }
}
