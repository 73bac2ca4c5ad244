package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** {@code max(x, 0)}. */
public class ReLU extends FunctionModule {
  /** The function; it has nothing to set. */
  public ReLU() {
    super("torch.nn.ReLU");
  }
}
