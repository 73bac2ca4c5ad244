package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** {@code max(0, x) + min(0, α (e^(x/α) − 1))}; α is 1 by default. */
public class CELU extends FunctionModule {
  /** With α 1. */
  public CELU() {
    this(1.0);
  }

  /** With an α other than 0. */
  public CELU(double alpha) {
    super("torch.nn.CELU", alpha);
  }
}
