package io.octant.pipeline.leaderboard;

import java.util.Comparator;
import java.util.List;

/** The rows that no other row beats in quality and speed at once. */
final class Pareto {
  private static final Comparator<Row> QUALITY = Row.byQuality();

  private Pareto() {}

  /**
   * Of the rows that were measured, in their order. Quality is what the table ranks by: accuracies
   * that differ by chance alone are none. What is less accurate than float by more than chance, or
   * gives NaN where float does not, buys its speed with something else and is not among them.
   */
  static List<Row> front(List<Row> rows) {
    List<Row> fit = rows.stream().filter(Pareto::isFit).toList();
    return fit.stream().filter(r -> fit.stream().noneMatch(other -> dominates(other, r))).toList();
  }

  private static boolean isFit(Row row) {
    return row.samplesPerSecond().isPresent()
        && row.isComparable()
        && row.standing() != Row.Standing.WORSE
        && row.compared().int8NanOnly() == 0;
  }

  private static boolean dominates(Row a, Row b) {
    int quality = -QUALITY.compare(a, b);
    int speed = Double.compare(speed(a), speed(b));
    return quality >= 0 && speed >= 0 && (quality > 0 || speed > 0);
  }

  private static double speed(Row row) {
    return row.samplesPerSecond().orElse(0);
  }
}
