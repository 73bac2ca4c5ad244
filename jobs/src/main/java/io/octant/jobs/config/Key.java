package io.octant.jobs.config;

import java.util.Optional;

/**
 * One configuration key.
 *
 * @param path where it stands, such as {@code data.batch}
 * @param kind how its value is written and read
 * @param fallback the value when the key is absent; empty if the key is optional or required
 * @param presence whether a configuration without the key is refused
 * @param meaning one sentence for the help
 */
public record Key<T>(
    String path, Kind<T> kind, Optional<T> fallback, Presence presence, String meaning) {

  /** Whether a configuration may leave the key out. */
  public enum Presence {
    REQUIRED,
    OPTIONAL
  }

  static <T> Key<T> required(String path, Kind<T> kind, String meaning) {
    return new Key<>(path, kind, Optional.empty(), Presence.REQUIRED, meaning);
  }

  static <T> Key<T> optional(String path, Kind<T> kind, String meaning) {
    return new Key<>(path, kind, Optional.empty(), Presence.OPTIONAL, meaning);
  }

  static <T> Key<T> withDefault(String path, Kind<T> kind, T fallback, String meaning) {
    return new Key<>(path, kind, Optional.of(fallback), Presence.OPTIONAL, meaning);
  }

  /** The default as a configuration file would write it; empty if there is none. */
  public Optional<String> defaultText() {
    return fallback.map(
        value ->
            value instanceof Enum<?> constant ? Kind.spelled(constant) : String.valueOf(value));
  }
}
