package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** {@code x · sigmoid(x)}. */
public class SiLU extends FunctionModule {
  /** The function; it has nothing to set. */
  public SiLU() {
    super("torch.nn.SiLU");
  }
}
