package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Root of the sum of powers over windows of the last three axes. */
@TorchType("torch.nn.LPPool3d")
public class LPPool3d extends LPPoolNd {
  /** With a stride as large as the kernel. */
  public LPPool3d(double normType, int... kernelSize) {
    this(PowerPoolSettings.of(normType, kernelSize));
  }

  /** A pool over 3 spatial axes; sizes that are given once hold for all. */
  public LPPool3d(PowerPoolSettings settings) {
    super(settings, 3);
  }
}
