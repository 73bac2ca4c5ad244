package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** x where positive, else {@code negativeSlope · x}; slope 0.01 by default. */
public class LeakyReLU extends FunctionModule {
  /** With slope 0.01. */
  public LeakyReLU() {
    this(0.01);
  }

  /** With any slope. */
  public LeakyReLU(double negativeSlope) {
    super("torch.nn.LeakyReLU", negativeSlope);
  }

  /** The slope below 0. */
  public double negativeSlope() {
    return number("negative_slope");
  }
}
