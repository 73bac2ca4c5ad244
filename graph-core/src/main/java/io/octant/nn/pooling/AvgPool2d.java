package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Mean over windows of the last two axes. */
@TorchType("torch.nn.AvgPool2d")
public class AvgPool2d extends AvgPoolNd {
  /** With a stride as large as the kernel. */
  public AvgPool2d(int kernelSize) {
    this(PoolSettings.of(kernelSize));
  }

  public AvgPool2d(int kernelSize, int stride) {
    this(PoolSettings.of(kernelSize).withStride(stride));
  }

  public AvgPool2d(PoolSettings settings) {
    super(settings, 2);
  }
}
