package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.InplaceModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/** {@code relu6(x + 3) / 6}. */
@TorchType("torch.nn.Hardsigmoid")
public class Hardsigmoid extends InplaceModule {
  @Override
  public Tensor forward(Tensor input) {
    return Activations.hardsigmoid(input);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("inplace", inplace());
  }
}
