package io.octant.operator;

/** Which tensors an operator takes, as PyTorch's CPU kernels do. */
public enum OperandRule {
  /** One tensor, the first unless the row names another, is floating point. */
  FLOAT,
  /** The operands promote to floating point. */
  FLOAT_TOGETHER,
  /** All tensors have one type. */
  ONE_TYPE
}
