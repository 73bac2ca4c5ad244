package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** {@code x − tanh(x)}. */
public class Tanhshrink extends FunctionModule {
  /** The function; it has nothing to set. */
  public Tanhshrink() {
    super("torch.nn.Tanhshrink");
  }
}
