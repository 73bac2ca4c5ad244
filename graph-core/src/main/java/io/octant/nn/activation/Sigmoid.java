package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** {@code 1 / (1 + e^−x)}. */
public class Sigmoid extends FunctionModule {
  /** The function; it has nothing to set. */
  public Sigmoid() {
    super("torch.nn.Sigmoid");
  }
}
