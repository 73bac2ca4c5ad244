package io.octant.nn;

import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;

/** Returns its input. */
@TorchType("torch.nn.Identity")
public class Identity extends UnaryModule {
  @Override
  public Tensor forward(Tensor input) {
    return input;
  }
}
