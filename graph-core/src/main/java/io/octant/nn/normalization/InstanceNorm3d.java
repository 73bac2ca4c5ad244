package io.octant.nn.normalization;

import io.octant.graph.TorchType;

/** Instance normalization of [N, C, D, H, W], N optional. */
@TorchType("torch.nn.InstanceNorm3d")
public class InstanceNorm3d extends InstanceNormNd {
  /** With eps 1e-5, neither γ and β nor running statistics. */
  public InstanceNorm3d(int numFeatures) {
    this(BatchNormSettings.ofInstance(numFeatures));
  }

  /**
   * γ starts at 1 and β at 0, running means at 0 and running variances at 1, where the settings
   * want them.
   */
  public InstanceNorm3d(BatchNormSettings settings) {
    super(settings, 5);
  }
}
