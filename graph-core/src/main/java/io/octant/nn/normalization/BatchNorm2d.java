package io.octant.nn.normalization;

import io.octant.graph.TorchType;

/** Batch normalization of [N, C, H, W]. */
@TorchType("torch.nn.BatchNorm2d")
public class BatchNorm2d extends BatchNormNd {
  /** With eps 1e-5, momentum 0.1, γ and β, and running statistics. */
  public BatchNorm2d(int numFeatures) {
    this(BatchNormSettings.of(numFeatures));
  }

  /**
   * γ starts at 1 and β at 0, running means at 0 and running variances at 1, where the settings
   * want them.
   */
  public BatchNorm2d(BatchNormSettings settings) {
    super(settings, 4);
  }
}
