package io.octant.nn.dropout;

import io.octant.graph.TorchType;

/** Alpha dropout of whole channels; p is 0.5 by default. */
@TorchType("torch.nn.FeatureAlphaDropout")
public class FeatureAlphaDropout extends AlphaDropoutNd {
  public FeatureAlphaDropout() {
    this(0.5);
  }

  /** With the probability of dropping, from 0 to 1; masks follow seed 0. */
  public FeatureAlphaDropout(double p) {
    this(p, 0);
  }

  /** With the seed of its masks. */
  public FeatureAlphaDropout(double p, long seed) {
    super(p, seed, 2);
  }
}
