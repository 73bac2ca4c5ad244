package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** {@code tanh x}. */
public class Tanh extends FunctionModule {
  /** The function; it has nothing to set. */
  public Tanh() {
    super("torch.nn.Tanh");
  }
}
