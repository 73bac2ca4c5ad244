package io.octant.pipeline.output;

import io.octant.OctantException;

/** The output cannot be written, or must not be replaced; what was there before is untouched. */
public class OutputException extends OctantException {
  private static final long serialVersionUID = 1L;

  public OutputException(String message) {
    super(message);
  }

  public OutputException(String message, Throwable cause) {
    super(message, cause);
  }
}
