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

  /** With layers that each read the outputs of the one before. */
  public RecurrentSettings withLayers(int count) {
    return new RecurrentSettings(
        inputSize, hiddenSize, count, bias, batchFirst, dropout, bidirectional, projSize);
  }

  /** With or without biases, of which each layer has two. */
  public RecurrentSettings withBias(Bias wanted) {
    return new RecurrentSettings(
        inputSize, hiddenSize, numLayers, wanted, batchFirst, dropout, bidirectional, projSize);
  }

  /** Inputs and outputs are [batch, time, …]. */
  public RecurrentSettings withBatchFirst() {
    return new RecurrentSettings(
        inputSize, hiddenSize, numLayers, bias, true, dropout, bidirectional, projSize);
  }

  /** With dropout between layers, in training only. */
  public RecurrentSettings withDropout(double probability) {
    return new RecurrentSettings(
        inputSize, hiddenSize, numLayers, bias, batchFirst, probability, bidirectional, projSize);
  }

  /** Every layer runs in both directions. */
  public RecurrentSettings withBothDirections() {
    return new RecurrentSettings(
        inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, true, projSize);
  }

  /** With hidden states of an LSTM projected to a smaller width, 0 for none. */
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
