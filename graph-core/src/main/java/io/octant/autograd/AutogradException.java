package io.octant.autograd;

import io.octant.OctantException;

/** A graph that cannot be differentiated. */
public final class AutogradException extends OctantException {
  private static final long serialVersionUID = 1L;

  AutogradException(String message) {
    super(message);
  }
}
