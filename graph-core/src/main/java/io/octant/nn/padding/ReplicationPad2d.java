package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Continues the last two axes with the first and last element. */
@TorchType("torch.nn.ReplicationPad2d")
public class ReplicationPad2d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right, top, bottom)
   */
  public ReplicationPad2d(int... padding) {
    super(2, Padding.Mode.REPLICATE, 0, padding);
  }
}
