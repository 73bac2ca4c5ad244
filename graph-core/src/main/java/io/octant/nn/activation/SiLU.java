package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.InplaceModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/** {@code x · sigmoid(x)}. */
@TorchType("torch.nn.SiLU")
public class SiLU extends InplaceModule {
  @Override
  public Tensor forward(Tensor input) {
    return Activations.silu(input);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("inplace", inplace());
  }
}
