package io.octant.nn;

import io.octant.graph.TorchType;
import io.octant.tensor.Tensor;
import java.util.Map;

/** {@code e^x / Σ e^x} along an axis. */
@TorchType("torch.nn.Softmax")
public class Softmax extends UnaryModule {
  private final int dim;

  public Softmax(int dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor input) {
    return io.octant.reference.kernel.Softmax.softmax(input, dim);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("dim", dim);
  }
}
