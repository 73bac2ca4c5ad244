package io.octant.nn.normalization;

import io.octant.graph.TorchType;

/** Instance normalization of [N, C, D, H, W], N optional. */
@TorchType("torch.nn.InstanceNorm3d")
public class InstanceNorm3d extends InstanceNormNd {
  public InstanceNorm3d(int numFeatures) {
    this(BatchNormSettings.ofInstance(numFeatures));
  }

  public InstanceNorm3d(BatchNormSettings settings) {
    super(settings, 5);
  }
}
