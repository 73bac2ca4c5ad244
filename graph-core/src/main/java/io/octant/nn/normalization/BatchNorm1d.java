package io.octant.nn.normalization;

import io.octant.graph.TorchType;

/** Batch normalization of [N, C] or [N, C, L]. */
@TorchType("torch.nn.BatchNorm1d")
public class BatchNorm1d extends BatchNormNd {
  /** With eps 1e-5, momentum 0.1, γ and β, and running statistics. */
  public BatchNorm1d(int numFeatures) {
    this(BatchNormSettings.of(numFeatures));
  }

  /**
   * γ starts at 1 and β at 0, running means at 0 and running variances at 1, where the settings
   * want them.
   */
  public BatchNorm1d(BatchNormSettings settings) {
    super(settings, 2, 3);
  }
}
