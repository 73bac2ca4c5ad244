package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/**
 * {@code log(1 + e^(βx)) / β}, linear where {@code βx} exceeds the threshold; β is 1 and the
 * threshold 20 by default.
 */
public class Softplus extends FunctionModule {
  /** With β 1 and threshold 20. */
  public Softplus() {
    this(1, 20);
  }

  /** With any β and threshold. */
  public Softplus(double beta, double threshold) {
    super("torch.nn.Softplus", beta, threshold);
  }
}
