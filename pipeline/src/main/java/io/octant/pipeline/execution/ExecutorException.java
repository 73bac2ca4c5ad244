package io.octant.pipeline.execution;

import io.octant.OctantException;

/**
 * Executors that cannot do what the configuration asks: they compute differently, or lack the
 * instruction set that all are to use.
 */
public final class ExecutorException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names the executors. */
  public ExecutorException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public ExecutorException(String message, Throwable cause) {
    super(message, cause);
  }
}
