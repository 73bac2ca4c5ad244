package io.octant.jobs.config;

import io.octant.OctantException;

/**
 * A command line or a configuration that cannot be carried out; names the key and where it stands.
 */
public final class SettingsException extends OctantException {
  private static final long serialVersionUID = 1L;

  public SettingsException(String message) {
    super(message);
  }

  public SettingsException(String message, Throwable cause) {
    super(message, cause);
  }
}
