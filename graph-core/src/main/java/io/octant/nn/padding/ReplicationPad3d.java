package io.octant.nn.padding;

import io.octant.graph.TorchType;
import io.octant.reference.kernel.Padding;

/** Continues the last three axes with the first and last element. */
@TorchType("torch.nn.ReplicationPad3d")
public class ReplicationPad3d extends PaddingNd {
  /**
   * A padding.
   *
   * @param padding one amount for all sides or (left, right, top, bottom, front, back)
   */
  public ReplicationPad3d(int... padding) {
    super(3, Padding.Mode.REPLICATE, 0, padding);
  }
}
