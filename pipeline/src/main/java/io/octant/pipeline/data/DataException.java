package io.octant.pipeline.data;

import io.octant.OctantException;

/**
 * The calibration or evaluation data cannot be used: missing, of another type or shape than the
 * model's input, empty, or damaged. The message names the file, column and row as far as they are
 * known.
 */
public class DataException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names file, row or column. */
  public DataException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
