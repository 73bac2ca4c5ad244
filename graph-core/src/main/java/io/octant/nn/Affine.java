package io.octant.nn;

/** The learned part of a normalization. */
public enum Affine {
  NONE,
  WEIGHT,
  WEIGHT_AND_BIAS
}
