package io.octant.nn.activation;

import io.octant.graph.TorchType;
import io.octant.nn.Hyperparameters;
import io.octant.nn.UnaryModule;
import io.octant.tensor.Tensor;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code x − log Σ e^x} along an axis. */
@TorchType("torch.nn.LogSoftmax")
public class LogSoftmax extends UnaryModule {
  private final @Nullable Integer dim;

  /**
   * A softmax.
   *
   * @param dim null for PyTorch's implicit axis: 0 for inputs of rank 0, 1 and 3, else 1
   */
  public LogSoftmax(@Nullable Integer dim) {
    this.dim = dim;
  }

  @Override
  public Tensor forward(Tensor input) {
    int axis =
        dim != null ? dim : io.octant.reference.kernel.Softmax.implicitAxis(input.shape().rank());
    return io.octant.reference.kernel.Softmax.logSoftmax(input, axis);
  }

  @Override
  public Map<String, Object> hyperparameters() {
    return Hyperparameters.of("dim", dim);
  }
}
