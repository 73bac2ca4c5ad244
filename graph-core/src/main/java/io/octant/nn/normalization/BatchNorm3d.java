package io.octant.nn.normalization;

import io.octant.graph.TorchType;

/** Batch normalization of [N, C, D, H, W]. */
@TorchType("torch.nn.BatchNorm3d")
public class BatchNorm3d extends BatchNormNd {
  public BatchNorm3d(int numFeatures) {
    this(BatchNormSettings.of(numFeatures));
  }

  public BatchNorm3d(BatchNormSettings settings) {
    super(settings, 5);
  }
}
