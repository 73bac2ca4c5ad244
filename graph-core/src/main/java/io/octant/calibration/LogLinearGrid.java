package io.octant.calibration;

/**
 * The histogram grid: where a float32 value is counted. It does not depend on the data, so counts
 * of different tensors, batches and machines add up.
 *
 * <p>With {@code bits = Float.floatToRawIntBits(x)} and {@code magnitude = bits & 0x7fffffff}, a
 * value is, tested in this order,
 *
 * <table>
 *   <caption>The index rule</caption>
 *   <tr><th>condition</th><th>counted as</th></tr>
 *   <tr><td>{@code magnitude > 0x7f800000}</td><td>NaN</td></tr>
 *   <tr><td>{@code bits == 0x7f800000}</td><td>positive infinity</td></tr>
 *   <tr><td>{@code bits == 0xff800000}</td><td>negative infinity</td></tr>
 *   <tr><td>{@code magnitude == 0}</td><td>zero (+0 and −0 alike)</td></tr>
 *   <tr><td>{@code magnitude < 0x2f800000} (below 2^−32), sign bit clear</td>
 *       <td>tiny positive</td></tr>
 *   <tr><td>{@code magnitude < 0x2f800000}, sign bit set</td><td>tiny negative</td></tr>
 *   <tr><td>anything else</td><td>bin {@code bits >>> 13}</td></tr>
 * </table>
 *
 * <p>A bin number is the sign bit, the eight exponent bits and the first ten mantissa bits. A page
 * is the 1,024 bins of one sign and exponent: {@code page = bits >>> 23} (0 to 511), {@code slot =
 * (bits >>> 13) & 1023}. A bin covers the half-open interval of magnitudes {@code [lower, lower +
 * 2^(exponent − 10))}; its relative width is at most 2^−10. Only shifts and compares are used, so
 * every implementation agrees bit for bit.
 *
 * <p>Values below 2^−32 are tiny: unless a tensor has nothing larger, they quantize to zero. Where
 * a step would tell them apart, {@link RangeMethod} takes the exact extrema.
 *
 * <p>No PyTorch counterpart.
 */
public final class LogLinearGrid {
  /** Mantissa bits that the grid keeps. */
  public static final int MANTISSA_BITS = 10;

  /** Bins in a page. */
  public static final int PAGE_BINS = 1 << MANTISSA_BITS;

  /** Pages there are: one for each sign and exponent field. */
  public static final int PAGES = 512;

  /** Bits of the smallest magnitude that has a bin: 2^−32. */
  public static final int TINY_BITS = 0x2f800000;

  private static final int SHIFT = 23 - MANTISSA_BITS;

  private LogLinearGrid() {}

  /** Page of a value that has a bin. */
  public static int page(int bits) {
    return bits >>> 23;
  }

  /** Slot within its page of a value that has a bin. */
  public static int slot(int bits) {
    return (bits >>> SHIFT) & (PAGE_BINS - 1);
  }

  /**
   * Where a finite value is counted, as a number that ascends with the values: 0 for zeros, ±1 for
   * tiny ones, and beyond that ± the number of the bin.
   */
  static int place(int bits) {
    int magnitude = bits & 0x7fffffff;
    int place = magnitude >= TINY_BITS ? magnitude >>> SHIFT : magnitude == 0 ? 0 : 1;
    return bits < 0 ? -place : place;
  }

  /** The place of the values of a bin. */
  static int placeOf(int page, int slot) {
    return place((page << 23) | (slot << SHIFT));
  }

  /** Whether a page can hold counts: its values are finite and not tiny. */
  public static boolean isPage(int page) {
    int exponent = page & 0xff;
    return page >= 0 && page < PAGES && exponent >= (TINY_BITS >>> 23) && exponent < 0xff;
  }

  /** Whether the values of a page are negative. */
  public static boolean isNegative(int page) {
    return page >= PAGES / 2;
  }

  /** The edge of a bin that is nearer to zero; the bin contains it. Exact. */
  public static double innerEdge(int page, int slot) {
    return Float.intBitsToFloat((page << 23) | (slot << SHIFT));
  }

  /** The edge of a bin that is farther from zero; the bin does not contain it. Exact. */
  public static double outerEdge(int page, int slot) {
    double step = Math.scalb(1.0, (page & 0xff) - 127 - MANTISSA_BITS);
    return innerEdge(page, slot) + (isNegative(page) ? -step : step);
  }
}
