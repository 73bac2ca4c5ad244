package io.octant.nn.activation;

import io.octant.OctantException;
import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/** x moved towards 0 by λ, and 0 within it; λ is 0.5 by default. */
@TorchType("torch.nn.Softshrink")
public class Softshrink extends UnaryModule {
  private final double lambda;

  public Softshrink() {
    this(0.5);
  }

  public Softshrink(double lambda) {
    if (!(lambda >= 0)) {
      throw new OctantException(
          "Cannot configure Softshrink: lambd " + lambda + ", expected 0 or more");
    }
    this.lambda = lambda;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Activations.softshrink(input, lambda);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("lambd", lambda);
  }
}
