package io.octant.nn;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Softmax;
import io.octant.tensor.Tensor;
import java.util.Map;

/** {@code x − log Σ e^x} along an axis. */
@TorchType("torch.nn.LogSoftmax")
public class LogSoftmax extends UnaryModule {
  private final int dim;

  public LogSoftmax(int dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor input) {
    return Softmax.logSoftmax(input, dim);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("dim", dim);
  }
}
