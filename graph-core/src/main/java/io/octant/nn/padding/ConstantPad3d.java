package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Surrounds the last three axes with a value. */
@TorchType("torch.nn.ConstantPad3d")
public class ConstantPad3d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right, top, bottom, front, back)
   */
  public ConstantPad3d(double value, int... padding) {
    super(3, Padding.Mode.CONSTANT, value, padding);
  }
}
