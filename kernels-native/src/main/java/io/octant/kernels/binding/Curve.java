package io.octant.kernels.binding;

/**
 * Functions of one f32 tensor that are computed in double and rounded once; codes are those of
 * {@code kernels::Curve}, which says what the parameters mean.
 */
public enum Curve {
  LOG(0),
  LOG2(1),
  LOG10(2),
  LOG1P(3),
  EXPM1(4),
  EXP2(5),
  ERF(6),
  ERFC(7),
  SIN(8),
  COS(9),
  TAN(10),
  ASIN(11),
  ACOS(12),
  ATAN(13),
  SINH(14),
  COSH(15),
  ASINH(16),
  ACOSH(17),
  ATANH(18),
  FLOOR(19),
  CEIL(20),
  ROUND(21),
  TRUNC(22),
  SIGN(23),
  RECIPROCAL(24),
  RSQRT(25),
  SQUARE(26),
  SOFTSIGN(27),
  LOGSIGMOID(28),
  SOFTPLUS(29),
  SELU(30),
  CELU(31),
  THRESHOLD(32),
  HARDSHRINK(33),
  SOFTSHRINK(34);

  private final int code;

  Curve(int code) {
    this.code = code;
  }

  /** The number that crosses to native code. */
  int code() {
    return code;
  }
}
