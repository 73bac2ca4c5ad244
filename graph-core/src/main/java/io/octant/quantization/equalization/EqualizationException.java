package io.octant.quantization.equalization;

import io.octant.OctantException;

/** A layer cannot be equalized. The message says what was expected. */
public class EqualizationException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names the node or module. */
  public EqualizationException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public EqualizationException(String message, Throwable cause) {
    super(message, cause);
  }
}
