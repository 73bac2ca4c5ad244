package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** Scaled ELU. */
public class SELU extends FunctionModule {
  /** The function; it has nothing to set. */
  public SELU() {
    super("torch.nn.SELU");
  }
}
