package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.Initialization;
import io.octant.nn.UnaryModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;
import java.util.Random;

/**
 * x where positive, else {@code weight · x}; the weight is [numParameters], one or one a channel.
 */
@TorchType("torch.nn.PReLU")
public class PReLU extends UnaryModule implements Initialization.Resettable {
  private final int numParameters;
  private final double init;

  public PReLU() {
    this(1, 0.25);
  }

  /**
   * With slopes for negative elements that start at {@code init}: one for all channels, or one a
   * channel.
   */
  public PReLU(int numParameters, double init) {
    this.numParameters = numParameters;
    this.init = init;
    setParameter("weight", Initialization.constant((float) init, numParameters));
  }

  @Override
  public void resetParameters(Random random) {
    setParameter("weight", Initialization.constant((float) init, numParameters));
  }

  @Override
  public Tensor forward(Tensor input) {
    return Activations.prelu(input, tensor("weight"));
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("num_parameters", numParameters, "init", init);
  }
}
