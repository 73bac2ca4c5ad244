package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;

/** {@code x / (1 + |x|)}. */
@TorchType("torch.nn.Softsign")
public class Softsign extends UnaryModule {
  @Override
  public Tensor forward(Tensor input) {
    return Activations.softsign(input);
  }
}
