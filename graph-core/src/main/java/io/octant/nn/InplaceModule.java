package io.octant.nn;

/**
 * A module with PyTorch's {@code inplace} setting. Tensors are immutable here, so that it is only
 * carried along.
 */
public abstract class InplaceModule extends UnaryModule {
  private boolean inplace;

  /** Sets what {@code inplace} tells; results do not change. */
  public final void setInplace(boolean inplace) {
    this.inplace = inplace;
  }

  /** PyTorch's {@code inplace}, false at first. */
  public final boolean inplace() {
    return inplace;
  }
}
