package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Surrounds the last axis with a value. */
@TorchType("torch.nn.ConstantPad1d")
public class ConstantPad1d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right)
   */
  public ConstantPad1d(double value, int... padding) {
    super(1, Padding.Mode.CONSTANT, value, padding);
  }
}
