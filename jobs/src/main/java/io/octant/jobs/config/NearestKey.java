package io.octant.jobs.config;

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
    if (editDistance(first.toLowerCase(Locale.ROOT), Keys.SPARK) <= 2) {
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
    int whole = 2 * editDistance(a, b);
    int last = 2 * editDistance(last(a), last(b)) + (parent(a).equals(parent(b)) ? 0 : 3);
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

  /** Levenshtein distance in one row. */
  private static int editDistance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
