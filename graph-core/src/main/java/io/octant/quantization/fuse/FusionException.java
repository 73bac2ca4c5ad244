package io.octant.quantization.fuse;

import io.octant.OctantException;

/** Modules that a backend wants fused cannot be. The message names them. */
public class FusionException extends OctantException {
  private static final long serialVersionUID = 1L;

  public FusionException(String message) {
    super(message);
  }

  public FusionException(String message, Throwable cause) {
    super(message, cause);
  }
}
