package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Mean over adaptive windows of the last two axes. */
@TorchType("torch.nn.AdaptiveAvgPool2d")
public class AdaptiveAvgPool2d extends AdaptiveAvgPoolNd {
  /**
   * A pool.
   *
   * @param outputSize one number for all axes or one for each; −1 keeps the input's size
   */
  public AdaptiveAvgPool2d(int... outputSize) {
    super(2, outputSize);
  }
}
