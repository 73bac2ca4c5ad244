package io.octant.kernels.binding;

/** Kinds of pooling; the order is that of {@code onednn::Pooling}. */
public enum Pooling {
  MAX,
  AVERAGE_INCLUDE_PADDING,
  AVERAGE_EXCLUDE_PADDING
}
