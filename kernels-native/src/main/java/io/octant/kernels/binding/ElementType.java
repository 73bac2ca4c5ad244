package io.octant.kernels.binding;

/** Element types of native memory; the order is that of {@code octant::Type}. */
public enum ElementType {
  F32(4),
  S32(4),
  S8(1),
  U8(1),
  S64(8);

  private final int bytes;

  ElementType(int bytes) {
    this.bytes = bytes;
  }

  public int bytes() {
    return bytes;
  }

  /** True for the two types of quantized activations. */
  public boolean is8Bit() {
    return bytes == 1;
  }
}
