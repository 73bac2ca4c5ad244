package io.octant.pipeline.output;

/** There is an output already that the run may not replace. */
public final class OutputExistsException extends OutputException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names the folder. */
  public OutputExistsException(String message) {
    super(message);
  }
}
