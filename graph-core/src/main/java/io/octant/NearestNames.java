package io.octant;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds the names that a misspelled one was meant to be, by edit distance. */
public final class NearestNames {
  private NearestNames() {}

  /**
   * The nearest name, the first in alphabetical order of equally near ones; "" if there is none.
   */
  public static String one(String written, Collection<String> valid) {
    return nearest(written, valid, 1).stream().findFirst().orElse("");
  }

  /** {@code ", nearest is NAME"} for the end of a warning, "" if there is no valid name. */
  public static String suffix(String written, Collection<String> valid) {
    String found = one(written, valid);
    return found.isEmpty() ? "" : ", nearest is " + found;
  }

  /** The nearest names for a message: {@code a, b or c}. */
  public static String list(String written, Collection<String> valid, int count) {
    List<String> names = nearest(written, valid, count);
    if (names.size() < 2) {
      return String.join("", names);
    }
    int last = names.size() - 1;
    return String.join(", ", names.subList(0, last)) + " or " + names.get(last);
  }

  /** The nearest names, nearest first. */
  static List<String> nearest(String written, Collection<String> valid, int count) {
    String a = written.toLowerCase(Locale.ROOT);
    return valid.stream()
        .filter(name -> !name.isEmpty())
        .sorted(
            Comparator.comparingInt((String name) -> distance(a, name.toLowerCase(Locale.ROOT)))
                .thenComparing(Comparator.naturalOrder()))
        .limit(count)
        .toList();
  }

  /** Characters to insert, delete or replace to make one text the other (Levenshtein). */
  public static int distance(String a, String b) {
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
