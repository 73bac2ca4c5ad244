package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Maximum over windows of the last two axes. */
@TorchType("torch.nn.MaxPool2d")
public class MaxPool2d extends MaxPoolNd {
  /** With a stride as large as the kernel. */
  public MaxPool2d(int kernelSize) {
    this(PoolSettings.of(kernelSize));
  }

  /** A pool over square windows without padding or dilation. */
  public MaxPool2d(int kernelSize, int stride) {
    this(PoolSettings.of(kernelSize).withStride(stride));
  }

  /** A pool over 2 spatial axes; sizes that are given once hold for all. */
  public MaxPool2d(PoolSettings settings) {
    super(settings, 2);
  }
}
