package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Continues the last three axes mirrored at the first and last element, which are not repeated. */
@TorchType("torch.nn.ReflectionPad3d")
public class ReflectionPad3d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right, top, bottom, front, back)
   */
  public ReflectionPad3d(int... padding) {
    super(3, Padding.Mode.REFLECT, 0, padding);
  }
}
