package io.octant.nn.activation;

import io.octant.nn.FunctionModule;

/**
 * Gated linear unit: the first half of an axis, by default the last, times the sigmoid of the
 * second.
 */
public class GLU extends FunctionModule {
  /** Over the last axis. */
  public GLU() {
    this(-1);
  }

  /** Over an axis of even size. */
  public GLU(int dim) {
    super("torch.nn.GLU", (long) dim);
  }
}
