package io.octant.nn.recurrent;

import io.octant.graph.TorchType;
import io.octant.nn.Bias;
import io.octant.reference.kernel.Recurrence;

/**
 * One step of long short-term memory; the state and the result are tuples of hidden and cell state.
 */
@TorchType("torch.nn.LSTMCell")
public class LSTMCell extends RecurrentCell {
  /** With biases. */
  public LSTMCell(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, Bias.WITH);
  }

  /** Parameters are drawn with seed 0, uniform within {@code ±1/√hidden}. */
  public LSTMCell(int inputSize, int hiddenSize, Bias bias) {
    super(inputSize, hiddenSize, bias, Recurrence.LSTM);
  }
}
