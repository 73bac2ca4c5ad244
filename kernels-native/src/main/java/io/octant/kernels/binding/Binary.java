package io.octant.kernels.binding;

/** Functions of two tensors; codes are those of {@code onednn::Attributes::Binary}. */
public enum Binary {
  ADD(0),
  MUL(1),
  SUB(2),
  DIV(3),
  MAX(4),
  MIN(5);

  private final int code;

  Binary(int code) {
    this.code = code;
  }

  /** The number that crosses to native code. */
  int code() {
    return code;
  }
}
