package io.octant.kernels.binding;

/** Kinds of reduction; the order is that of {@code onednn::Reduction}. */
public enum Reduction {
  MEAN,
  SUM,
  MAX,
  MIN
}
