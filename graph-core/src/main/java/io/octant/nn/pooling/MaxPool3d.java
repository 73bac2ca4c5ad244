package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Maximum over windows of the last three axes. */
@TorchType("torch.nn.MaxPool3d")
public class MaxPool3d extends MaxPoolNd {
  /** With a stride as large as the kernel. */
  public MaxPool3d(int kernelSize) {
    this(PoolSettings.of(kernelSize));
  }

  /** A pool over cubic windows without padding or dilation. */
  public MaxPool3d(int kernelSize, int stride) {
    this(PoolSettings.of(kernelSize).withStride(stride));
  }

  /** A pool over 3 spatial axes; sizes that are given once hold for all. */
  public MaxPool3d(PoolSettings settings) {
    super(settings, 3);
  }
}
