package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Mean over windows of the last three axes. */
@TorchType("torch.nn.AvgPool3d")
public class AvgPool3d extends AvgPoolNd {
  /** With a stride as large as the kernel. */
  public AvgPool3d(int kernelSize) {
    this(PoolSettings.of(kernelSize));
  }

  /** A pool over cubic windows without padding or dilation. */
  public AvgPool3d(int kernelSize, int stride) {
    this(PoolSettings.of(kernelSize).withStride(stride));
  }

  /** A pool over 3 spatial axes; sizes that are given once hold for all. */
  public AvgPool3d(PoolSettings settings) {
    super(settings, 3);
  }
}
