package io.octant.reference.quantized;

/**
 * An activation that an integer kernel fuses in front of its requantization.
 *
 * <p>It sees the result in steps of the output scale, not yet rounded: for activations with {@code
 * f(c·x) = c·f(x)} the scale does not matter, and ReLU amounts to clamping at the zero point.
 */
@FunctionalInterface
public interface PostOperation {
  /** No activation. */
  PostOperation NONE = (steps, scale) -> steps;

  /** {@code max(x, 0)}. */
  PostOperation RELU = (steps, scale) -> Math.max(steps, 0f);

  /** {@code tanh(x)}. */
  PostOperation TANH = (steps, scale) -> (float) Math.tanh(steps * scale) / scale;

  /** {@code x} if positive, else {@code slope·x}. */
  static PostOperation leakyRelu(double slope) {
    float s = (float) slope;
    return (steps, scale) -> steps > 0 ? steps : steps * s;
  }

  /**
   * Applies the activation.
   *
   * @param steps the real result divided by the output scale
   * @param scale the output scale
   * @return the activated result divided by the output scale
   */
  float apply(float steps, float scale);
}
