package io.octant.calibration;

import io.octant.tensor.QRange;

/**
 * What a range is solved for.
 *
 * <p>No PyTorch counterpart.
 *
 * @param range integers that values are quantized to
 * @param symmetry whether the zero point is fixed
 * @param centre the zero point where it is fixed
 */
public record QuantizationTarget(QRange range, Symmetry symmetry, long centre) {
  /** A fixed zero point is in the middle, the upper one of two. */
  public QuantizationTarget(QRange range, Symmetry symmetry) {
    this(range, symmetry, Math.floorDiv((long) range.min() + range.max() + 1, 2));
  }

  /** Where the zero point may be. */
  public enum Symmetry {
    AFFINE,
    SYMMETRIC
  }

  /** Real width of a quantization step for a range of values, widened to contain 0. */
  double step(double low, double high) {
    double min = Math.min(low, 0);
    double max = Math.max(high, 0);
    double steps = range.levels() - 1;
    return symmetry == Symmetry.SYMMETRIC ? Math.max(-min, max) / (steps / 2) : (max - min) / steps;
  }

  /** The integer of 0 for a range that begins at {@code low} and a step. */
  double zeroPoint(double low, double step) {
    return symmetry == Symmetry.SYMMETRIC
        ? centre
        : range.min() - (step == 0 ? 0 : Math.rint(Math.min(low, 0) / step));
  }
}
