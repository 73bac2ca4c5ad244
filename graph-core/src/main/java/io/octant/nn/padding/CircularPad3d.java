package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Continues the last three axes from its other end. */
@TorchType("torch.nn.CircularPad3d")
public class CircularPad3d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right, top, bottom, front, back)
   */
  public CircularPad3d(int... padding) {
    super(3, Padding.Mode.CIRCULAR, 0, padding);
  }
}
