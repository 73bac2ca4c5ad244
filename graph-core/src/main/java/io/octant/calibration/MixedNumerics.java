package io.octant.calibration;

/**
 * What to do about statistics whose float sums need not agree in their last digits. No PyTorch
 * counterpart.
 */
public enum MixedNumerics {
  /** They do not merge. */
  REFUSE,
  /** They merge, and the state names all that went into it. */
  ACCEPT
}
