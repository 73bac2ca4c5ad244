package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** {@code x · tanh(softplus(x))}. */
public class Mish extends FunctionModule {
  /** The function; it has nothing to set. */
  public Mish() {
    super("torch.nn.Mish");
  }
}
