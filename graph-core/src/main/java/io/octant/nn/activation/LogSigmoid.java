package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** {@code log(sigmoid(x))}. */
public class LogSigmoid extends FunctionModule {
  /** The function; it has nothing to set. */
  public LogSigmoid() {
    super("torch.nn.LogSigmoid");
  }
}
