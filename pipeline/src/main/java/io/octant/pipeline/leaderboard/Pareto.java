package io.octant.pipeline.leaderboard;

import io.octant.pipeline.evaluation.Proportion;
import java.util.List;

/** The rows that no other row beats in quality and speed at once. */
final class Pareto {
  private Pareto() {}

  /** Of the rows with figures, in their order; quality is accuracy, or SQNR without labels. */
  static List<Row> front(List<Row> rows) {
    List<Row> measured = rows.stream().filter(r -> r.samplesPerSecond().isPresent()).toList();
    return measured.stream()
        .filter(r -> measured.stream().noneMatch(other -> dominates(other, r)))
        .toList();
  }

  private static boolean dominates(Row a, Row b) {
    boolean noWorse = quality(a) >= quality(b) && speed(a) >= speed(b);
    return noWorse && (quality(a) > quality(b) || speed(a) > speed(b));
  }

  private static double quality(Row row) {
    return row.accuracy()
        .map(Proportion::value)
        .orElse(Double.isNaN(row.compared().sqnrDb()) ? -1e9 : row.compared().sqnrDb());
  }

  private static double speed(Row row) {
    return row.samplesPerSecond().orElse(0);
  }
}
