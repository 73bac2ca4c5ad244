package io.octant.jobs;

import io.octant.OctantException;

/**
 * The int8 model does not reach a limit of the configuration; names the measure, its value and the
 * limit.
 */
final class GateException extends OctantException {
  private static final long serialVersionUID = 1L;

  GateException(String message) {
    super(message);
  }
}
