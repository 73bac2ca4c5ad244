package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;

/** {@code tanh x}. */
@TorchType("torch.nn.Tanh")
public class Tanh extends UnaryModule {
  @Override
  public Tensor forward(Tensor input) {
    return Activations.tanh(input);
  }
}
