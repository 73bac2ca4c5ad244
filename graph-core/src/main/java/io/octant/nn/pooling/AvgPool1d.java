package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Mean over windows of the last axis. */
@TorchType("torch.nn.AvgPool1d")
public class AvgPool1d extends AvgPoolNd {
  /** With a stride as large as the kernel. */
  public AvgPool1d(int kernelSize) {
    this(PoolSettings.of(kernelSize));
  }

  /** A pool over windows without padding or dilation. */
  public AvgPool1d(int kernelSize, int stride) {
    this(PoolSettings.of(kernelSize).withStride(stride));
  }

  /** A pool over one spatial axis. */
  public AvgPool1d(PoolSettings settings) {
    super(settings, 1);
  }
}
