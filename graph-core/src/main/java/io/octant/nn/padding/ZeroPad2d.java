package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Surrounds the last two axes with zeros. */
@TorchType("torch.nn.ZeroPad2d")
public class ZeroPad2d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right, top, bottom)
   */
  public ZeroPad2d(int... padding) {
    super(2, Padding.Mode.CONSTANT, 0, padding);
  }
}
