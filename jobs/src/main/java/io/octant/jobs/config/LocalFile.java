package io.octant.jobs.config;

import java.nio.file.Path;

/** Files beside a configuration, which are read with it, before there is Spark. */
final class LocalFile {
  private LocalFile() {}

  /** The path, or that of a URI {@code file:}. */
  static Path of(String path) {
    return Path.of(path.startsWith("file:") ? path.replaceFirst("^file:/*", "/") : path);
  }
}
