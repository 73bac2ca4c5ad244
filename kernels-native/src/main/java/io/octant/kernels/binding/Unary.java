package io.octant.kernels.binding;

/**
 * Element-wise functions of oneDNN; codes are those of {@code onednn::Attributes::Unary}. What α
 * and β mean is said by oneDNN: slope for relu, bounds for clip, αx + β for linear.
 */
public enum Unary {
  RELU(0),
  CLIP(1),
  HARDSWISH(2),
  GELU_ERF(3),
  GELU_TANH(4),
  TANH(5),
  LOGISTIC(6),
  LINEAR(7),
  ELU(8),
  ABS(9),
  EXP(10),
  LOG(11),
  SQRT(12),
  SQUARE(13),
  HARDSIGMOID(14),
  SWISH(15),
  ROUND(16),
  MISH(17),
  POW(18),
  SOFT_RELU(19);

  private final int code;

  Unary(int code) {
    this.code = code;
  }

  /** The number that crosses to native code. */
  int code() {
    return code;
  }
}
