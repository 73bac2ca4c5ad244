package io.octant.nn.activation;

import io.octant.nn.FunctionModule;
import org.jspecify.annotations.Nullable;

/** {@code e^x / Σ e^x} along an axis. */
public class Softmax extends FunctionModule {
  /**
   * A softmax.
   *
   * @param dim null for PyTorch's implicit axis: 0 for inputs of rank 0, 1 and 3, else 1
   */
  public Softmax(@Nullable Integer dim) {
    super("torch.nn.Softmax", dim == null ? null : (Object) dim.longValue());
  }
}
