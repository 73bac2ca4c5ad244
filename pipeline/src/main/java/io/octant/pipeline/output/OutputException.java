package io.octant.pipeline.output;

import io.octant.OctantException;

/** The output cannot be written, or must not be replaced; what was there before is untouched. */
public class OutputException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names the folder or file. */
  public OutputException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public OutputException(String message, Throwable cause) {
    super(message, cause);
  }
}
