package io.octant.quantization.mapform;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the key that a misspelled one was meant to be, by edit distance. */
final class NearestKey {
  private NearestKey() {}

  static String to(String written, Collection<String> valid) {
    String a = written.toLowerCase(Locale.ROOT);
    return valid.stream()
        .filter(key -> !key.isEmpty())
        .min(
            Comparator.comparingInt((String key) -> distance(a, key.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()))
        .orElse("");
  }

  /** Levenshtein distance in one row. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int above = row[j];
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substituted, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
