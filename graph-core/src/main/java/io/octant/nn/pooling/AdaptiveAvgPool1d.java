package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Mean over adaptive windows of the last axis. */
@TorchType("torch.nn.AdaptiveAvgPool1d")
public class AdaptiveAvgPool1d extends AdaptiveAvgPoolNd {
  /**
   * A pool.
   *
   * @param outputSize one number for all axes or one for each; −1 keeps the input's size
   */
  public AdaptiveAvgPool1d(int... outputSize) {
    super(1, outputSize);
  }
}
