package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Continues the last axis mirrored at the first and last element, which are not repeated. */
@TorchType("torch.nn.ReflectionPad1d")
public class ReflectionPad1d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right)
   */
  public ReflectionPad1d(int... padding) {
    super(1, Padding.Mode.REFLECT, 0, padding);
  }
}
