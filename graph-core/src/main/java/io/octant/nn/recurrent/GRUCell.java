package io.octant.nn.recurrent;

import io.octant.graph.TorchType;
import io.octant.nn.Bias;
import io.octant.reference.kernel.Recurrence;

/** One step of a gated recurrent unit. */
@TorchType("torch.nn.GRUCell")
public class GRUCell extends RecurrentCell {
  /** With biases. */
  public GRUCell(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, Bias.WITH);
  }

  /** Parameters are drawn with seed 0, uniform within {@code ±1/√hidden}. */
  public GRUCell(int inputSize, int hiddenSize, Bias bias) {
    super(inputSize, hiddenSize, bias, Recurrence.GRU);
  }
}
