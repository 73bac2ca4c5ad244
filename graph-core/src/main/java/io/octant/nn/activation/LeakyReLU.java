package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.InplaceModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/** x where positive, else {@code negativeSlope · x}; slope 0.01 by default. */
@TorchType("torch.nn.LeakyReLU")
public class LeakyReLU extends InplaceModule {
  private final double negativeSlope;

  public LeakyReLU() {
    this(0.01);
  }

  public LeakyReLU(double negativeSlope) {
    this.negativeSlope = negativeSlope;
  }

  public double negativeSlope() {
    return negativeSlope;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Activations.leakyRelu(input, negativeSlope);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("negative_slope", negativeSlope, "inplace", inplace());
  }
}
