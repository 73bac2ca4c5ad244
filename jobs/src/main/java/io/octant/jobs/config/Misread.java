package io.octant.jobs.config;

import com.typesafe.config.ConfigOrigin;

/** A part of a key's value that is not what it should be; {@link Settings} says of which key. */
final class Misread extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final String found;
  private final String expected;
  private final transient ConfigOrigin origin;

  /**
   * @param path of the part within the value, joined by dots; empty for the value itself
   */
  Misread(String path, String found, String expected, ConfigOrigin origin) {
    super(path + ": " + found + ", expected " + expected);
    this.path = path;
    this.found = found;
    this.expected = expected;
    this.origin = origin;
  }

  /** The same, seen from a level above. */
  Misread below(String name) {
    return new Misread(path.isEmpty() ? name : name + "." + path, found, expected, origin);
  }

  SettingsException of(String key) {
    return new SettingsException(
        "Cannot read key %s: %s, expected %s%s"
            .formatted(
                path.isEmpty() ? key : key + "." + path, found, expected, Settings.where(origin)));
  }
}
