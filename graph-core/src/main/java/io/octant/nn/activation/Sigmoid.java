package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;

/** {@code 1 / (1 + e^−x)}. */
@TorchType("torch.nn.Sigmoid")
public class Sigmoid extends UnaryModule {
  @Override
  public Tensor forward(Tensor input) {
    return Activations.sigmoid(input);
  }
}
