package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Root of the sum of powers over windows of the last axis. */
@TorchType("torch.nn.LPPool1d")
public class LPPool1d extends LPPoolNd {
  /** With a stride as large as the kernel. */
  public LPPool1d(double normType, int... kernelSize) {
    this(PowerPoolSettings.of(normType, kernelSize));
  }

  /** A pool over one spatial axis. */
  public LPPool1d(PowerPoolSettings settings) {
    super(settings, 1);
  }
}
