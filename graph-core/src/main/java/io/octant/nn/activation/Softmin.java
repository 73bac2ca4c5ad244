package io.octant.nn.activation;

import io.octant.nn.FunctionModule;
import org.jspecify.annotations.Nullable;

/** {@code e^−x / Σ e^−x} along an axis. */
public class Softmin extends FunctionModule {
  /**
   * A softmin.
   *
   * @param dim null for PyTorch's implicit axis: 0 for inputs of rank 0, 1 and 3, else 1
   */
  public Softmin(@Nullable Integer dim) {
    super("torch.nn.Softmin", dim == null ? null : (Object) dim.longValue());
  }
}
