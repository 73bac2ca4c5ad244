package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Maximum over adaptive windows of the last axis. */
@TorchType("torch.nn.AdaptiveMaxPool1d")
public class AdaptiveMaxPool1d extends AdaptiveMaxPoolNd {
  /**
   * A pool.
   *
   * @param outputSize one number for all axes or one for each; −1 keeps the input's size
   */
  public AdaptiveMaxPool1d(int... outputSize) {
    super(1, outputSize);
  }
}
