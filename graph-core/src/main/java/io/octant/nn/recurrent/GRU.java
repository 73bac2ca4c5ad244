package io.octant.nn.recurrent;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Recurrence;

/** Gated recurrent unit layers. The state is [layers · directions, batch, hidden]. */
@TorchType("torch.nn.GRU")
public class GRU extends RecurrentModule {
  /** One layer in one direction with biases, [time, batch, input]. */
  public GRU(int inputSize, int hiddenSize) {
    this(RecurrentSettings.of(inputSize, hiddenSize));
  }

  /** Parameters are drawn with seed 0, uniform within {@code ±1/√hidden}. */
  public GRU(RecurrentSettings settings) {
    super(settings, Recurrence.GRU);
  }
}
