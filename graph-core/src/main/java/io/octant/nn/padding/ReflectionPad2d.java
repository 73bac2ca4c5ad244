package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Continues the last two axes mirrored at the first and last element, which are not repeated. */
@TorchType("torch.nn.ReflectionPad2d")
public class ReflectionPad2d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right, top, bottom)
   */
  public ReflectionPad2d(int... padding) {
    super(2, Padding.Mode.REFLECT, 0, padding);
  }
}
