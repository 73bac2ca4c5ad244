package io.octant.nn.recurrent;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Recurrence;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Elman layers. The state is [layers · directions, batch, hidden]. */
@TorchType("torch.nn.RNN")
public class RNN extends RecurrentModule {
  /** The activation of a step. */
  public enum Nonlinearity {
    TANH(Recurrence.RNN_TANH),
    RELU(Recurrence.RNN_RELU);

    final Recurrence recurrence;

    Nonlinearity(Recurrence recurrence) {
      this.recurrence = recurrence;
    }

    /** PyTorch's name. */
    String torchName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Nonlinearity nonlinearity;

  /** One layer in one direction with biases, [time, batch, input]; tanh. */
  public RNN(int inputSize, int hiddenSize) {
    this(RecurrentSettings.of(inputSize, hiddenSize), Nonlinearity.TANH);
  }

  /** Parameters are drawn with seed 0, uniform within {@code ±1/√hidden}. */
  public RNN(RecurrentSettings settings, Nonlinearity nonlinearity) {
    super(settings, nonlinearity.recurrence);
    this.nonlinearity = nonlinearity;
  }

  @Override
  public Map<String, Object> hyperparameters() {
    Map<String, Object> out = new LinkedHashMap<>(super.hyperparameters());
    out.put("nonlinearity", nonlinearity.torchName());
    return out;
  }
}
