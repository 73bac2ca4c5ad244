package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/**
 * {@code log(1 + e^(βx)) / β}, linear where {@code βx} exceeds the threshold; β is 1 and the
 * threshold 20 by default.
 */
@TorchType("torch.nn.Softplus")
public class Softplus extends UnaryModule {
  private final double beta;
  private final double threshold;

  public Softplus() {
    this(1.0, 20.0);
  }

  public Softplus(double beta, double threshold) {
    this.beta = beta;
    this.threshold = threshold;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Activations.softplus(input, beta, threshold);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("beta", beta, "threshold", threshold);
  }
}
