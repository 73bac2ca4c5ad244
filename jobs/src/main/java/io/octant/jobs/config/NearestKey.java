package io.octant.jobs.config;

import io.octant.NearestNames;
import java.util.Comparator;
import java.util.Locale;

/** Finds the key that a misspelled one was meant to be. */
final class NearestKey {

  private NearestKey() {}

  /**
   * The valid key with the smallest edit distance to {@code path}, compared both as a whole and by
   * its last part, so that {@code data.batchSize} and a bare {@code batch} both lead to {@code
   * data.batch}.
   */
  static String to(String path) {
    String first = path.substring(0, path.contains(".") ? path.indexOf('.') : path.length());
    if (NearestNames.distance(first.toLowerCase(Locale.ROOT), Keys.SPARK) <= 2) {
      return Keys.SPARK + ".*";
    }
    return Keys.all().stream()
        .map(Key::path)
        .min(Comparator.comparingInt((String key) -> cost(path, key)).thenComparing(key -> key))
        .orElseThrow();
  }

  private static int cost(String written, String key) {
    String a = written.toLowerCase(Locale.ROOT);
    String b = key.toLowerCase(Locale.ROOT);
    int whole = 2 * NearestNames.distance(a, b);
    int last = 2 * NearestNames.distance(last(a), last(b)) + (parent(a).equals(parent(b)) ? 0 : 3);
    int nearest = Math.min(whole, last);
    // Entries lie one level below their key: data.calibration.columns.input.
    return parts(a) > parts(b) ? Math.min(nearest, 1 + cost(parent(a), b)) : nearest;
  }

  private static long parts(String path) {
    return path.chars().filter(c -> c == '.').count();
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(0, path.lastIndexOf('.')));
  }
}
