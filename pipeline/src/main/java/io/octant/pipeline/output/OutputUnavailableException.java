package io.octant.pipeline.output;

/**
 * The output cannot be written now: another run is at it, or the storage fails. A later try may
 * succeed.
 */
public final class OutputUnavailableException extends OutputException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names the folder or file. */
  public OutputUnavailableException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public OutputUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
