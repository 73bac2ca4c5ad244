package io.octant.jobs.config;

import io.octant.OctantException;

/**
 * A command line or a configuration that cannot be carried out; names the key and where it stands.
 */
public final class ConfigurationException extends OctantException {
  private static final long serialVersionUID = 1L;

  public ConfigurationException(String message) {
    super(message);
  }

  public ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
