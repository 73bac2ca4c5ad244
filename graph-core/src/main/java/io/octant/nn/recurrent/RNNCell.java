package io.octant.nn.recurrent;

import io.octant.graph.TorchType;
import io.octant.nn.Bias;
import java.util.LinkedHashMap;
import java.util.Map;

/** One Elman step. */
@TorchType("torch.nn.RNNCell")
public class RNNCell extends RecurrentCell {
  private final RNN.Nonlinearity nonlinearity;

  /** With biases and tanh. */
  public RNNCell(int inputSize, int hiddenSize) {
    this(inputSize, hiddenSize, Bias.WITH, RNN.Nonlinearity.TANH);
  }

  /** Parameters are drawn with seed 0, uniform within {@code ±1/√hidden}. */
  public RNNCell(int inputSize, int hiddenSize, Bias bias, RNN.Nonlinearity nonlinearity) {
    super(inputSize, hiddenSize, bias, nonlinearity.recurrence);
    this.nonlinearity = nonlinearity;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>(super.hyperparameters());
    out.put("nonlinearity", nonlinearity.torchName());
    return out;
  }
}
