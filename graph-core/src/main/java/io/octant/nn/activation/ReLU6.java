package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.InplaceModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/** {@code min(max(x, 0), 6)}. PyTorch's has the bounds among its settings, its function has not. */
@TorchType("torch.nn.ReLU6")
public class ReLU6 extends InplaceModule {
  @Override
  public Tensor forward(Tensor input) {
    return Activations.clamp(input, 0, 6);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("min_val", 0.0, "max_val", 6.0, "inplace", inplace());
  }
}
