package io.octant.training;

import io.octant.OctantException;

/** Training cannot go on, or was set up in a way that does not work. */
public final class TrainingException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** With a message for who trains. */
  public TrainingException(String message) {
    super(message);
  }
}
