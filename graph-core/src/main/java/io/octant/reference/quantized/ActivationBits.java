package io.octant.reference.quantized;

/** How many bits dynamic quantization uses for activations. */
public enum ActivationBits {
  /**
   * The lower half of the range, PyTorch's {@code reduce_range}: the products of x86 processors
   * without VNNI saturate beyond it.
   */
  SEVEN,
  /** The whole range. */
  EIGHT;

  /** SEVEN if a {@code reduce_range} argument is true. */
  static ActivationBits ofReduceRange(boolean reduceRange) {
    return reduceRange ? SEVEN : EIGHT;
  }
}
