package io.octant.pipeline.validation;

import io.octant.OctantException;

/** The int8 model misses a threshold of its {@link Gate}; nothing is published. */
public class GateException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names limit and value. */
  public GateException(String message) {
    super(message);
  }
}
