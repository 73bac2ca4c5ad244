package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Maximum over windows of the last axis. */
@TorchType("torch.nn.MaxPool1d")
public class MaxPool1d extends MaxPoolNd {
  /** With a stride as large as the kernel. */
  public MaxPool1d(int kernelSize) {
    this(PoolSettings.of(kernelSize));
  }

  /** A pool over windows without padding or dilation. */
  public MaxPool1d(int kernelSize, int stride) {
    this(PoolSettings.of(kernelSize).withStride(stride));
  }

  /** A pool over one spatial axis. */
  public MaxPool1d(PoolSettings settings) {
    super(settings, 1);
  }
}
