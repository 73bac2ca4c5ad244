package io.octant.quantization.fuse;

import io.octant.OctantException;

/** Modules that a backend wants fused cannot be. The message names them. */
public class FusionException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names the node or module. */
  public FusionException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public FusionException(String message, Throwable cause) {
    super(message, cause);
  }
}
