package io.octant.nn.normalization;

import io.octant.graph.TorchType;

/** Instance normalization of [N, C, L], N optional. */
@TorchType("torch.nn.InstanceNorm1d")
public class InstanceNorm1d extends InstanceNormNd {
  public InstanceNorm1d(int numFeatures) {
    this(BatchNormSettings.ofInstance(numFeatures));
  }

  public InstanceNorm1d(BatchNormSettings settings) {
    super(settings, 3);
  }
}
