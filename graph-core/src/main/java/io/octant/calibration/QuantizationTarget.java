package io.octant.calibration;

import io.octant.tensor.QRange;

/**
 * What a range is solved for.
 *
 * <p>No PyTorch counterpart.
 *
 * @param range integers that values are quantized to
 * @param symmetry whether the zero point is fixed at the middle
 */
public record QuantizationTarget(QRange range, Symmetry symmetry) {
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
}
