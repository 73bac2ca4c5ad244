package io.octant.kernels.binding;

/** Kinds of pooling; codes are those of {@code onednn::Pooling}. */
public enum Pooling {
  MAX(0),
  AVERAGE_INCLUDE_PADDING(1),
  AVERAGE_EXCLUDE_PADDING(2);

  private final int code;

  Pooling(int code) {
    this.code = code;
  }

  /** The number that crosses to native code. */
  int code() {
    return code;
  }
}
