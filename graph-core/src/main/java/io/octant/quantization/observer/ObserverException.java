package io.octant.quantization.observer;

import io.octant.OctantException;

/**
 * An observer or fake quantize cannot be made from its arguments, or has no quantization parameters
 * to give.
 */
public class ObserverException extends OctantException {
  private static final long serialVersionUID = 1L;

  public ObserverException(String message) {
    super(message);
  }
}
