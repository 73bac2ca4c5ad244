package io.octant.quantization.mapform;

import io.octant.OctantException;

/**
 * A quantization configuration is malformed. The message names the key or value at fault.
 *
 * <p>PyTorch ignores unknown keys and raises {@code ValueError} for most other mistakes.
 */
public class ConfigurationException extends OctantException {
  private static final long serialVersionUID = 1L;

  /** An error with its message, which names the key. */
  public ConfigurationException(String message) {
    super(message);
  }

  /** An error with its message and what caused it. */
  public ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
