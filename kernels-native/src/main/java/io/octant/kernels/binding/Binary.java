package io.octant.kernels.binding;

/**
 * Functions of two tensors; codes are those of {@code kernels::Pair}, and for the first six of
 * {@code onednn::Attributes::Binary}.
 */
public enum Binary {
  ADD(0),
  MUL(1),
  SUB(2),
  DIV(3),
  MAX(4),
  MIN(5),
  POW(6),
  EQ(7),
  NE(8),
  LT(9),
  LE(10),
  GT(11),
  GE(12),
  LOGICAL_AND(13),
  LOGICAL_OR(14),
  LOGICAL_XOR(15);

  private final int code;

  Binary(int code) {
    this.code = code;
  }

  /** Whether it gives truth values. */
  public boolean isTruth() {
    return code >= EQ.code;
  }

  /** The number that crosses to native code. */
  int code() {
    return code;
  }
}
