package io.octant.nn.attention;

import io.octant.nn.Bias;

/**
 * Hyperparameters of multi-head attention.
 *
 * @param kdim width of the keys
 * @param vdim width of the values
 * @param dropout probability of dropout of attention weights, in training only
 * @param batchFirst whether inputs are [batch, time, width] instead of [time, batch, width]
 */
public record AttentionSettings(
    int embedDim, int numHeads, double dropout, Bias bias, int kdim, int vdim, boolean batchFirst) {

  public AttentionSettings {
    if (numHeads < 1 || embedDim % numHeads != 0) {
      throw new io.octant.OctantException(
          "Cannot configure attention: "
              + numHeads
              + " heads, expected a divisor of the width "
              + embedDim);
    }
  }

  /** No dropout, with bias, keys and values as wide as queries, [time, batch, width]. */
  public static AttentionSettings of(int embedDim, int numHeads) {
    return new AttentionSettings(embedDim, numHeads, 0, Bias.WITH, embedDim, embedDim, false);
  }

  /** With dropout of attention weights, in training only. */
  public AttentionSettings withDropout(double probability) {
    return new AttentionSettings(embedDim, numHeads, probability, bias, kdim, vdim, batchFirst);
  }

  /** With or without biases of the projections. */
  public AttentionSettings withBias(Bias wanted) {
    return new AttentionSettings(embedDim, numHeads, dropout, wanted, kdim, vdim, batchFirst);
  }

  /** With keys and values of widths of their own; each then has its own projection. */
  public AttentionSettings withKeysAndValues(int keyWidth, int valueWidth) {
    return new AttentionSettings(
        embedDim, numHeads, dropout, bias, keyWidth, valueWidth, batchFirst);
  }

  /** Inputs and outputs are [batch, time, width]. */
  public AttentionSettings withBatchFirst() {
    return new AttentionSettings(embedDim, numHeads, dropout, bias, kdim, vdim, true);
  }

  /** Whether one matrix projects queries, keys and values. */
  public boolean sameWidths() {
    return kdim == embedDim && vdim == embedDim;
  }
}
