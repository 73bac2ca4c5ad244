package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.InplaceModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/** x where above the threshold, else the value. */
@TorchType("torch.nn.Threshold")
public class Threshold extends InplaceModule {
  private final double threshold;
  private final double value;

  public Threshold(double threshold, double value) {
    this.threshold = threshold;
    this.value = value;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Activations.threshold(input, threshold, value);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("threshold", threshold, "value", value, "inplace", inplace());
  }
}
