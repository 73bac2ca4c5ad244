package io.octant.nn.normalization;

import io.octant.graph.TorchType;

/** Instance normalization of [N, C, H, W], N optional. */
@TorchType("torch.nn.InstanceNorm2d")
public class InstanceNorm2d extends InstanceNormNd {
  /** With eps 1e-5, neither γ and β nor running statistics. */
  public InstanceNorm2d(int numFeatures) {
    this(BatchNormSettings.ofInstance(numFeatures));
  }

  /**
   * γ starts at 1 and β at 0, running means at 0 and running variances at 1, where the settings
   * want them.
   */
  public InstanceNorm2d(BatchNormSettings settings) {
    super(settings, 4);
  }
}
