package io.octant.nn.normalization;

import io.octant.graph.TorchType;

/** Batch normalization of [N, C] or [N, C, L]. */
@TorchType("torch.nn.BatchNorm1d")
public class BatchNorm1d extends BatchNormNd {
  public BatchNorm1d(int numFeatures) {
    this(BatchNormSettings.of(numFeatures));
  }

  public BatchNorm1d(BatchNormSettings settings) {
    super(settings, 2, 3);
  }
}
