package io.octant.nn.dropout;

import io.octant.graph.TorchType;

/** Alpha dropout of single elements; p is 0.5 by default. */
@TorchType("torch.nn.AlphaDropout")
public class AlphaDropout extends AlphaDropoutNd {
  public AlphaDropout() {
    this(0.5);
  }

  /** With the probability of dropping, from 0 to 1; masks follow seed 0. */
  public AlphaDropout(double p) {
    this(p, 0);
  }

  /** With the seed of its masks. */
  public AlphaDropout(double p, long seed) {
    super(p, seed, Integer.MAX_VALUE);
  }
}
