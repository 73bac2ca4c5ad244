package io.octant.engine;

/**
 * One 8-bit convolution or linear layer of a converted graph: how it is computed here, and what a
 * runtime that adds pairs of u8×s8 products in 16 bits may make of it.
 *
 * @param node name of the graph node
 * @param arithmetic how the engine computes it
 * @param reason why it is not {@link Arithmetic#FAST}, "" if it is
 * @param channels output channels
 * @param saturatingChannels output channels that hold two weights whose products with 8-bit
 *     activations exceed a sum of 16 bits, by {@link PairSums}; a property of the weights, equal on
 *     every instruction set
 */
public record IntegerLayer(
    String node, Arithmetic arithmetic, String reason, int channels, int saturatingChannels) {
  /** How products are summed. All are exact. */
  public enum Arithmetic {
    /**
     * The library's int8 kernel: sums of 32 bits throughout, or of 16 bits where the weights are
     * proven too small to saturate them.
     */
    FAST,
    /** The engine's own kernel: products of 16-bit operands, sums of 32 bits. */
    EXACT,
    /** The reference operators. */
    REFERENCE
  }

  /**
   * Whether activations of 8 bits may saturate sums of 16 bits. Those of 7 bits ({@code
   * activationBits = 7}) cannot, as long as they stay within the calibrated range.
   */
  public boolean wouldSaturate() {
    return saturatingChannels > 0;
  }

  /** The same layer under another arithmetic. */
  public IntegerLayer with(Arithmetic other, String because) {
    return new IntegerLayer(node, other, because, channels, saturatingChannels);
  }
}
