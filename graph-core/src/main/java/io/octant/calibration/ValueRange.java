package io.octant.calibration;

/** A range of real values to quantize, before it is widened to contain 0. */
public record ValueRange(float min, float max) {}
