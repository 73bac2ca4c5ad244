package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** {@code x · relu6(x + 3) / 6}. */
public class Hardswish extends FunctionModule {
  /** The function; it has nothing to set. */
  public Hardswish() {
    super("torch.nn.Hardswish");
  }
}
