package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Continues the last two axes from its other end. */
@TorchType("torch.nn.CircularPad2d")
public class CircularPad2d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right, top, bottom)
   */
  public CircularPad2d(int... padding) {
    super(2, Padding.Mode.CIRCULAR, 0, padding);
  }
}
