package io.octant.quantization.observer;

import io.octant.OctantException;

/**
 * An observer or fake quantize cannot be made from its arguments, or has no quantization parameters
 * to give.
 *
 * <p>No PyTorch counterpart: there, {@code assert}, {@code ValueError} and others.
 */
public class ObserverException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names the observer. */
  public ObserverException(String message) {
    super(message);
  }
}
