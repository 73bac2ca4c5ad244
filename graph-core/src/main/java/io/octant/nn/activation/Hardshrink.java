package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/** x where {@code |x| > λ}, else 0; λ is 0.5 by default. */
@TorchType("torch.nn.Hardshrink")
public class Hardshrink extends UnaryModule {
  private final double lambda;

  public Hardshrink() {
    this(0.5);
  }

  public Hardshrink(double lambda) {
    this.lambda = lambda;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Activations.hardshrink(input, lambda);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("lambd", lambda);
  }
}
