package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Surrounds the last axis with zeros. */
@TorchType("torch.nn.ZeroPad1d")
public class ZeroPad1d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right)
   */
  public ZeroPad1d(int... padding) {
    super(1, Padding.Mode.CONSTANT, 0, padding);
  }
}
