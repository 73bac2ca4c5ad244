package io.octant.nn.pooling;

import io.octant.graph.TorchType;

/** Maximum over adaptive windows of the last two axes. */
@TorchType("torch.nn.AdaptiveMaxPool2d")
public class AdaptiveMaxPool2d extends AdaptiveMaxPoolNd {
  /**
   * A pool.
   *
   * @param outputSize one number for all axes or one for each; −1 keeps the input's size
   */
  public AdaptiveMaxPool2d(int... outputSize) {
    super(2, outputSize);
  }
}
