package io.octant.trace;

import io.octant.OctantException;

/** A model cannot be traced; PyTorch's counterpart is {@code torch.fx.proxy.TraceError}. */
public class TraceException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names the module or node at fault. */
  public TraceException(String message) {
    super(message);
  }
}
