package io.octant.nn.quantized;

import io.octant.graph.Module;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Dropout on quantized tensors, for inference: the input as it is, with its own parameters; {@code
 * nn.quantized.Dropout}.
 */
public final class QuantizedDropout extends QuantizedModule {
  private final Map<String, Object> hyperparameters;

  /** The quantized form of a {@code torch.nn.Dropout}. */
  public QuantizedDropout(Module dropout) {
    super("torch.ao.nn.quantized.Dropout");
    this.hyperparameters = dropout.hyperparameters();
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return hyperparameters;
  }

  @Override
  public Tensor evaluate(List<Object> args, Map<String, Object> kwargs) {
    return quantizedInputs(args, kwargs, 1).get(0);
  }
}
