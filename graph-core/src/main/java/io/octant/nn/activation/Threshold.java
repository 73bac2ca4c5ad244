package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** x where above the threshold, else the value. */
public class Threshold extends FunctionModule {
  /** With any threshold and value. */
  public Threshold(double threshold, double value) {
    super("torch.nn.Threshold", threshold, value);
  }
}
