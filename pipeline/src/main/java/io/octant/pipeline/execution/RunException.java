package io.octant.pipeline.execution;

import io.octant.OctantException;

/** A run cannot go on for a reason that lies neither in its model nor in its data. */
public class RunException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message. */
  public RunException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public RunException(String message, Throwable cause) {
    super(message, cause);
  }
}
