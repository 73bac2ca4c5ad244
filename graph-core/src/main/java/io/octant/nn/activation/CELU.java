package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.InplaceModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/** {@code max(0, x) + min(0, α (e^(x/α) − 1))}; α is 1 by default. */
@TorchType("torch.nn.CELU")
public class CELU extends InplaceModule {
  private final double alpha;

  public CELU() {
    this(1.0);
  }

  public CELU(double alpha) {
    this.alpha = alpha;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Activations.celu(input, alpha);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("alpha", alpha, "inplace", inplace());
  }
}
