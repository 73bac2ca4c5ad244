package io.octant.kernels.binding;

/** Kinds of reduction; codes are those of {@code onednn::Reduction}. */
public enum Reduction {
  MEAN(0),
  SUM(1),
  MAX(2),
  MIN(3);

  private final int code;

  Reduction(int code) {
    this.code = code;
  }

  /** The number that crosses to native code. */
  int code() {
    return code;
  }
}
