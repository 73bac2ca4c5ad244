package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** {@code relu6(x + 3) / 6}. */
public class Hardsigmoid extends FunctionModule {
  /** The function; it has nothing to set. */
  public Hardsigmoid() {
    super("torch.nn.Hardsigmoid");
  }
}
