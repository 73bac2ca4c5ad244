package io.octant.nn.dropout;

import io.octant.graph.TorchType;

/** Dropout of single elements; p is 0.5 by default. */
@TorchType("torch.nn.Dropout")
public class Dropout extends DropoutNd {
  public Dropout() {
    this(0.5);
  }

  /** With the probability of dropping, from 0 to 1; masks follow seed 0. */
  public Dropout(double p) {
    this(p, 0);
  }

  /** With the seed of its masks. */
  public Dropout(double p, long seed) {
    super(p, seed, Integer.MAX_VALUE);
  }
}
