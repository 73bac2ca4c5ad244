package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Surrounds the last three axes with zeros. */
@TorchType("torch.nn.ZeroPad3d")
public class ZeroPad3d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right, top, bottom, front, back)
   */
  public ZeroPad3d(int... padding) {
    super(3, Padding.Mode.CONSTANT, 0, padding);
  }
}
