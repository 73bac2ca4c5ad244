package io.octant.calibration;

/**
 * A range of real values to quantize, before it is widened to contain 0.
 *
 * <p>No PyTorch counterpart.
 */
public record ValueRange(float min, float max) {}
