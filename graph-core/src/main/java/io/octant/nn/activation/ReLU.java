package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.InplaceModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/** {@code max(x, 0)}. */
@TorchType("torch.nn.ReLU")
public class ReLU extends InplaceModule {
  @Override
  public Tensor forward(Tensor input) {
    return Activations.relu(input);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("inplace", inplace());
  }
}
