package io.octant.kernels.binding;

/** Element types of native memory; codes are those of {@code octant::Type}. */
public enum ElementType {
  F32(0, 4),
  S32(1, 4),
  S8(2, 1),
  U8(3, 1),
  S64(4, 8);

  private final int code;
  private final int bytes;

  ElementType(int code, int bytes) {
    this.code = code;
    this.bytes = bytes;
  }

  /** The number that crosses to native code. */
  int code() {
    return code;
  }

  /** Size of an element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** True for the two types of quantized activations. */
  public boolean is8Bit() {
    return bytes == 1;
  }
}
