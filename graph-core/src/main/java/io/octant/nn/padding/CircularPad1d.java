package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Continues the last axis from its other end. */
@TorchType("torch.nn.CircularPad1d")
public class CircularPad1d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right)
   */
  public CircularPad1d(int... padding) {
    super(1, Padding.Mode.CIRCULAR, 0, padding);
  }
}
