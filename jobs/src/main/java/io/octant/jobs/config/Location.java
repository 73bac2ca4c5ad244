package io.octant.jobs.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of a path or URI, before any file system sees it. */
public final class Location {
  private static final Pattern URI = Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*)://([^/?#]*)");

  /** Where credentials belong. */
  static final String PLACE_OF_CREDENTIALS =
      "a URI without credentials: they come from the environment or a Hadoop credential provider";

  private Location() {}

  /**
   * The location without what may be a secret, if there is one in it: a password before a host, or
   * anything before a bucket. A secret may have slashes.
   */
  static Optional<String> redacted(String location) {
    Matcher uri = URI.matcher(location);
    int at = location.lastIndexOf('@');
    if (!uri.lookingAt() || at < 0 || !isSecret(uri.group(1), uri.group(2))) {
      return Optional.empty();
    }
    return Optional.of(uri.group(1) + "://...@" + location.substring(at + 1));
  }

  /** Whether an authority, or what slashes in a secret leave of it, is more than host and port. */
  private static boolean isSecret(String scheme, String authority) {
    int at = authority.lastIndexOf('@');
    String user = authority.substring(0, Math.max(at, 0));
    return scheme.startsWith("s3")
        ? at >= 0 || authority.contains(":")
        : user.contains(":") || (at < 0 && !authority.matches("[^:]*(:[0-9]*)?|\\[.*"));
  }

  /**
   * Refuses credentials in a URI: URIs are written to logs and results.
   *
   * @param what the option or argument that names it
   * @throws SettingsException which does not repeat them
   */
  public static void requireNoCredentials(String what, String location) {
    redacted(location)
        .ifPresent(
            shown -> {
              throw new SettingsException(
                  "Cannot use %s: %s, expected %s".formatted(what, shown, PLACE_OF_CREDENTIALS));
            });
  }
}
