package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.InplaceModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/** x where positive, else {@code α (e^x − 1)}; α is 1 by default. */
@TorchType("torch.nn.ELU")
public class ELU extends InplaceModule {
  private final double alpha;

  public ELU() {
    this(1.0);
  }

  public ELU(double alpha) {
    this.alpha = alpha;
  }

  public double alpha() {
    return alpha;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Activations.elu(input, alpha);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("alpha", alpha, "inplace", inplace());
  }
}
