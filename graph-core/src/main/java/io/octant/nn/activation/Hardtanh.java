package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.InplaceModule;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import java.util.Map;

/** {@code min(max(x, minVal), maxVal)}; [−1, 1] by default. */
@TorchType("torch.nn.Hardtanh")
public class Hardtanh extends InplaceModule {
  private final double minVal;
  private final double maxVal;

  public Hardtanh() {
    this(-1, 1);
  }

  public Hardtanh(double minVal, double maxVal) {
    this.minVal = minVal;
    this.maxVal = maxVal;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Activations.clamp(input, minVal, maxVal);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("min_val", minVal, "max_val", maxVal, "inplace", inplace());
  }
}
