package io.octant.nn.dropout;

import io.octant.graph.TorchType;

/** Dropout of whole channels of [N, C, …]; p is 0.5 by default. */
@TorchType("torch.nn.Dropout1d")
public class Dropout1d extends DropoutNd {
  public Dropout1d() {
    this(0.5);
  }

  /** With the probability of dropping, from 0 to 1; masks follow seed 0. */
  public Dropout1d(double p) {
    this(p, 0);
  }

  /** With the seed of its masks. */
  public Dropout1d(double p, long seed) {
    super(p, seed, 2);
  }
}
