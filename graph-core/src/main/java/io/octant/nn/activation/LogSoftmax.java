package io.octant.nn.activation;

import io.octant.nn.FunctionModule;
import org.jspecify.annotations.Nullable;

/** {@code x − log Σ e^x} along an axis. */
public class LogSoftmax extends FunctionModule {
  /**
   * A log softmax.
   *
   * @param dim null for PyTorch's implicit axis: 0 for inputs of rank 0, 1 and 3, else 1
   */
  public LogSoftmax(@Nullable Integer dim) {
    super("torch.nn.LogSoftmax", dim == null ? null : (Object) dim.longValue());
  }
}
