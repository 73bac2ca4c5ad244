package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;

/** {@code x − tanh(x)}. */
@TorchType("torch.nn.Tanhshrink")
public class Tanhshrink extends UnaryModule {

  @Override
  public Tensor forward(Tensor input) {
    return Activations.tanhshrink(input);
  }
}
