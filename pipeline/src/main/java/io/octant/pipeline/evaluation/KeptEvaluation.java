package io.octant.pipeline.evaluation;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An evaluation, and what of it was there already.
 *
 * @param totals of all models
 * @param splits by index of the model, those that were run and those whose totals were there; empty
 *     if none are to be kept
 * @param lost totals that were made and that the driver does not find: their executors keep them
 *     where nobody else looks
 * @param damaged a message for each kept file that was not what its name said and was made anew
 */
public record KeptEvaluation(
    EvaluationTotals totals, SortedMap<Integer, Splits> splits, int lost, List<String> damaged) {
  public KeptEvaluation {
    splits = Collections.unmodifiableSortedMap(new TreeMap<>(splits));
    damaged = List.copyOf(damaged);
  }

  /**
   * Splits of the data, as one model has seen them.
   *
   * @param computed that were run
   * @param reused whose totals were kept by earlier runs
   */
  public record Splits(int computed, int reused) {
    /** Those of both. */
    public Splits plus(Splits o) {
      return new Splits(computed + o.computed, reused + o.reused);
    }
  }

  /** An evaluation that keeps nothing and finds nothing. */
  static KeptEvaluation anew(EvaluationTotals totals) {
    return new KeptEvaluation(totals, new TreeMap<>(), 0, List.of());
  }
}
