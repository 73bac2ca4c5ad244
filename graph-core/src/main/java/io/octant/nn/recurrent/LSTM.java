package io.octant.nn.recurrent;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Recurrence;

/**
 * Long short-term memory layers. The state is a tuple of hidden and cell state, [layers ·
 * directions, batch, hidden] each.
 */
@TorchType("torch.nn.LSTM")
public class LSTM extends RecurrentModule {
  /** One layer in one direction with biases, [time, batch, input]. */
  public LSTM(int inputSize, int hiddenSize) {
    this(RecurrentSettings.of(inputSize, hiddenSize));
  }

  /** Parameters are drawn with seed 0, uniform within {@code ±1/√hidden}. */
  public LSTM(RecurrentSettings settings) {
    super(settings, Recurrence.LSTM);
  }
}
