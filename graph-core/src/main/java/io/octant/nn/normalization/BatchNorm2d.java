package io.octant.nn.normalization;

import io.octant.graph.TorchType;

/** Batch normalization of [N, C, H, W]. */
@TorchType("torch.nn.BatchNorm2d")
public class BatchNorm2d extends BatchNormNd {
  public BatchNorm2d(int numFeatures) {
    this(BatchNormSettings.of(numFeatures));
  }

  public BatchNorm2d(BatchNormSettings settings) {
    super(settings, 4);
  }
}
