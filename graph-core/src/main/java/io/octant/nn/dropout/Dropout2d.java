package io.octant.nn.dropout;

import io.octant.graph.TorchType;

/** Dropout of whole channels of [N, C, …]; p is 0.5 by default. */
@TorchType("torch.nn.Dropout2d")
public class Dropout2d extends DropoutNd {
  public Dropout2d() {
    this(0.5);
  }

  /** With the probability of dropping, from 0 to 1; masks follow seed 0. */
  public Dropout2d(double p) {
    this(p, 0);
  }

  /** With the seed of its masks. */
  public Dropout2d(double p, long seed) {
    super(p, seed, 2);
  }
}
