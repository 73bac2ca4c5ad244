package io.octant.nn.recurrent;

import io.octant.nn.Bias;

/**
 * Hyperparameters of recurrent layers.
 *
 * @param batchFirst whether inputs are [batch, time, input] instead of [time, batch, input]
 * @param dropout probability of dropout between layers, in training only
 * @param projSize width that an LSTM projects its hidden states to, 0 for no projection
 */
public record RecurrentSettings(
    int inputSize,
    int hiddenSize,
    int numLayers,
    Bias bias,
    boolean batchFirst,
    double dropout,
    boolean bidirectional,
    int projSize) {

  /** One layer in one direction with bias, [time, batch, input]. */
  public static RecurrentSettings of(int inputSize, int hiddenSize) {
    return new RecurrentSettings(inputSize, hiddenSize, 1, Bias.WITH, false, 0, false, 0);
  }

  public RecurrentSettings withLayers(int count) {
    return new RecurrentSettings(
        inputSize, hiddenSize, count, bias, batchFirst, dropout, bidirectional, projSize);
  }

  public RecurrentSettings withBias(Bias wanted) {
    return new RecurrentSettings(
        inputSize, hiddenSize, numLayers, wanted, batchFirst, dropout, bidirectional, projSize);
  }

  /** Inputs and outputs are [batch, time, …]. */
  public RecurrentSettings withBatchFirst() {
    return new RecurrentSettings(
        inputSize, hiddenSize, numLayers, bias, true, dropout, bidirectional, projSize);
  }

  public RecurrentSettings withDropout(double probability) {
    return new RecurrentSettings(
        inputSize, hiddenSize, numLayers, bias, batchFirst, probability, bidirectional, projSize);
  }

  /** Every layer runs in both directions. */
  public RecurrentSettings withBothDirections() {
    return new RecurrentSettings(
        inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, true, projSize);
  }

  public RecurrentSettings withProjection(int size) {
    return new RecurrentSettings(
        inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, size);
  }

  int directions() {
    return bidirectional ? 2 : 1;
  }

  /** Width of the hidden state. */
  int outputSize() {
    return projSize > 0 ? projSize : hiddenSize;
  }
}
