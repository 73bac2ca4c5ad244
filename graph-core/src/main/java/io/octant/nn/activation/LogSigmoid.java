package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;

/** {@code log(sigmoid(x))}. */
@TorchType("torch.nn.LogSigmoid")
public class LogSigmoid extends UnaryModule {
  @Override
  public Tensor forward(Tensor input) {
    return Activations.logSigmoid(input);
  }
}
