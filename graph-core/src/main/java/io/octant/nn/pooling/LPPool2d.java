package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Root of the sum of powers over windows of the last two axes. */
@TorchType("torch.nn.LPPool2d")
public class LPPool2d extends LPPoolNd {
  /** With a stride as large as the kernel. */
  public LPPool2d(double normType, int... kernelSize) {
    this(PowerPoolSettings.of(normType, kernelSize));
  }

  /** A pool over 2 spatial axes; sizes that are given once hold for all. */
  public LPPool2d(PowerPoolSettings settings) {
    super(settings, 2);
  }
}
