package io.octant.nn;

/**
 * A module with PyTorch's {@code inplace} setting. Tensors are immutable here, so that it is only
 * carried along.
 */
public abstract class InplaceModule extends UnaryModule {
  private boolean inplace;

  public final void setInplace(boolean inplace) {
    this.inplace = inplace;
  }

  public final boolean inplace() {
    return inplace;
  }
}
