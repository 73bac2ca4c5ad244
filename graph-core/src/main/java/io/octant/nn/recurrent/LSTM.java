package io.octant.nn.recurrent;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Recurrence;

/**
 * Long short-term memory layers. The state is a tuple of hidden and cell state, [layers ·
 * directions, batch, hidden] each.
 */
@TorchType("torch.nn.LSTM")
public class LSTM extends RecurrentModule {
  public LSTM(int inputSize, int hiddenSize) {
    this(RecurrentSettings.of(inputSize, hiddenSize));
  }

  public LSTM(RecurrentSettings settings) {
    super(settings, Recurrence.LSTM);
  }
}
