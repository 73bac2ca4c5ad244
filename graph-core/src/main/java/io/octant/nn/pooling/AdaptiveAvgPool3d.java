package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Mean over adaptive windows of the last three axes. */
@TorchType("torch.nn.AdaptiveAvgPool3d")
public class AdaptiveAvgPool3d extends AdaptiveAvgPoolNd {
  /**
   * A pool.
   *
   * @param outputSize one number for all axes or one for each; −1 keeps the input's size
   */
  public AdaptiveAvgPool3d(int... outputSize) {
    super(3, outputSize);
  }
}
