package io.octant.kernels.binding;

/**
 * Element-wise functions of oneDNN; the order is that of {@code onednn::Attributes::Unary}. What α
 * and β mean is said by oneDNN: slope for relu, bounds for clip, αx + β for linear.
 */
public enum Unary {
  RELU,
  CLIP,
  HARDSWISH,
  GELU_ERF,
  GELU_TANH,
  TANH,
  LOGISTIC,
  LINEAR,
  ELU,
  ABS,
  EXP,
  LOG,
  SQRT,
  SQUARE,
  HARDSIGMOID,
  SWISH,
  ROUND,
  MISH,
  POW,
  SOFT_RELU
}
