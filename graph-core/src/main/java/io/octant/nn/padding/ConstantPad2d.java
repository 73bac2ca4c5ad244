package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Surrounds the last two axes with a value. */
@TorchType("torch.nn.ConstantPad2d")
public class ConstantPad2d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right, top, bottom)
   */
  public ConstantPad2d(double value, int... padding) {
    super(2, Padding.Mode.CONSTANT, value, padding);
  }
}
