package io.octant.reference.binding;

import io.octant.OctantException;

/** An operator is unknown or its arguments do not fit. The message names operator and argument. */
public class OperatorException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names function and argument. */
  public OperatorException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public OperatorException(String message, Throwable cause) {
    super(message, cause);
  }
}
