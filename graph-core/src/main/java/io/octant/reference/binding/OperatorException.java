package io.octant.reference.binding;

import io.octant.OctantException;

/** An operator is unknown or its arguments do not fit. The message names operator and argument. */
public class OperatorException extends OctantException {
  private static final long serialVersionUID = 1L;

  public OperatorException(String message) {
    super(message);
  }

  public OperatorException(String message, Throwable cause) {
    super(message, cause);
  }
}
