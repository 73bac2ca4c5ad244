package io.octant.quantization.prepare;

import io.octant.OctantException;

/** A model cannot be prepared as configured. The message names the node or module. */
public class PrepareException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names the node or module. */
  public PrepareException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public PrepareException(String message, Throwable cause) {
    super(message, cause);
  }
}
