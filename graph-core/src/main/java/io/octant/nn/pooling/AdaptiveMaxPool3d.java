package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Maximum over adaptive windows of the last three axes. */
@TorchType("torch.nn.AdaptiveMaxPool3d")
public class AdaptiveMaxPool3d extends AdaptiveMaxPoolNd {
  /**
   * A pool.
   *
   * @param outputSize one number for all axes or one for each; −1 keeps the input's size
   */
  public AdaptiveMaxPool3d(int... outputSize) {
    super(3, outputSize);
  }
}
