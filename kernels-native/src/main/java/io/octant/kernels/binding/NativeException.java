package io.octant.kernels.binding;

import io.octant.OctantException;

/** A failure of the native library: it cannot be loaded, or a call into it failed. */
public class NativeException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public NativeException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public NativeException(String message, Throwable cause) {
    super(message, cause);
  }
}
