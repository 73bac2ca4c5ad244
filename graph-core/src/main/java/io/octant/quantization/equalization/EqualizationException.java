package io.octant.quantization.equalization;

import io.octant.OctantException;

/** A layer cannot be equalized. The message says what was expected. */
public class EqualizationException extends OctantException {
  private static final long serialVersionUID = 1L;

  public EqualizationException(String message) {
    super(message);
  }

  public EqualizationException(String message, Throwable cause) {
    super(message, cause);
  }
}
