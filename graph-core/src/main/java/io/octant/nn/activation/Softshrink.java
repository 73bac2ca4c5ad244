package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** x moved towards 0 by λ, and 0 within it; λ is 0.5 by default. */
public class Softshrink extends FunctionModule {
  /** With λ 0.5. */
  public Softshrink() {
    this(0.5);
  }

  /** With a λ of 0 or more. */
  public Softshrink(double lambda) {
    super("torch.nn.Softshrink", lambda);
  }
}
