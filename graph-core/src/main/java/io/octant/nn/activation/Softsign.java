package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** {@code x / (1 + |x|)}. */
public class Softsign extends FunctionModule {
  /** The function; it has nothing to set. */
  public Softsign() {
    super("torch.nn.Softsign");
  }
}
