package io.octant.nn.recurrent;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Recurrence;

/** Gated recurrent unit layers. The state is [layers · directions, batch, hidden]. */
@TorchType("torch.nn.GRU")
public class GRU extends RecurrentModule {
  public GRU(int inputSize, int hiddenSize) {
    this(RecurrentSettings.of(inputSize, hiddenSize));
  }

  public GRU(RecurrentSettings settings) {
    super(settings, Recurrence.GRU);
  }
}
