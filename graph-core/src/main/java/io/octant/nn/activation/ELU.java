package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** x where positive, else {@code α (e^x − 1)}; α is 1 by default. */
public class ELU extends FunctionModule {
  /** With α 1. */
  public ELU() {
    this(1.0);
  }

  /** With any α. */
  public ELU(double alpha) {
    super("torch.nn.ELU", alpha);
  }

  /** The α. */
  public double alpha() {
    return number("alpha");
  }
}
