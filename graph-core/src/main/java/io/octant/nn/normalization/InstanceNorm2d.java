package io.octant.nn.normalization;

import io.octant.graph.TorchType;

/** Instance normalization of [N, C, H, W], N optional. */
@TorchType("torch.nn.InstanceNorm2d")
public class InstanceNorm2d extends InstanceNormNd {
  public InstanceNorm2d(int numFeatures) {
    this(BatchNormSettings.ofInstance(numFeatures));
  }

  public InstanceNorm2d(BatchNormSettings settings) {
    super(settings, 4);
  }
}
