package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Mean over windows of the last three axes. */
@TorchType("torch.nn.AvgPool3d")
public class AvgPool3d extends AvgPoolNd {
  /** With a stride as large as the kernel. */
  public AvgPool3d(int kernelSize) {
    this(PoolSettings.of(kernelSize));
  }

  public AvgPool3d(int kernelSize, int stride) {
    this(PoolSettings.of(kernelSize).withStride(stride));
  }

  public AvgPool3d(PoolSettings settings) {
    super(settings, 3);
  }
}
