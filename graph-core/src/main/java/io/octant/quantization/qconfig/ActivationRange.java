package io.octant.quantization.qconfig;

/**
 * How many of the 8 bits of a quantized activation are used.
 *
 * <p>After the {@code reduce_range} of PyTorch's default qconfigs.
 */
public enum ActivationRange {
  /** 0..127: safe on x86 without VNNI, where the sum of two 8-bit products saturates in 16 bits. */
  SEVEN_BITS,
  /** 0..255: for hardware that sums 8-bit products in 32 bits. */
  EIGHT_BITS
}
