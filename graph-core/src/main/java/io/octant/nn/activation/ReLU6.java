package io.octant.nn.activation;

import io.octant.graph.TorchType;

/** {@code min(max(x, 0), 6)}. */
@TorchType("torch.nn.ReLU6")
public class ReLU6 extends Hardtanh {
  public ReLU6() {
    super(0, 6);
  }
}
