package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Continues the last axis with the first and last element. */
@TorchType("torch.nn.ReplicationPad1d")
public class ReplicationPad1d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right)
   */
  public ReplicationPad1d(int... padding) {
    super(1, Padding.Mode.REPLICATE, 0, padding);
  }
}
