package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/** {@code min(max(x, minVal), maxVal)}; [−1, 1] by default. */
public class Hardtanh extends FunctionModule {
  /** To [−1, 1]. */
  public Hardtanh() {
    this(-1, 1);
  }

  /** To [minVal, maxVal]. */
  public Hardtanh(double minVal, double maxVal) {
    super("torch.nn.Hardtanh", minVal, maxVal);
  }
}
