package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Mean over windows of the last two axes. */
@TorchType("torch.nn.AvgPool2d")
public class AvgPool2d extends AvgPoolNd {
  /** With a stride as large as the kernel. */
  public AvgPool2d(int kernelSize) {
    this(PoolSettings.of(kernelSize));
  }

  /** A pool over square windows without padding or dilation. */
  public AvgPool2d(int kernelSize, int stride) {
    this(PoolSettings.of(kernelSize).withStride(stride));
  }

  /** A pool over 2 spatial axes; sizes that are given once hold for all. */
  public AvgPool2d(PoolSettings settings) {
    super(settings, 2);
  }
}
