package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** x where {@code |x| > λ}, else 0; λ is 0.5 by default. */
public class Hardshrink extends FunctionModule {
  /** With λ 0.5. */
  public Hardshrink() {
    this(0.5);
  }

  /** With any λ. */
  public Hardshrink(double lambda) {
    super("torch.nn.Hardshrink", lambda);
  }
}
