package io.octant.kernels.binding;

/** Functions of two tensors; the order is that of {@code onednn::Attributes::Binary}. */
public enum Binary {
  ADD,
  MUL,
  SUB,
  DIV,
  MAX,
  MIN
}
