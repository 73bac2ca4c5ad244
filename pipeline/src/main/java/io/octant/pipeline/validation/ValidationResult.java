package io.octant.pipeline.validation;

import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.execution.ExecutorIdentity;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Float against int8 over evaluation data.
 *
 * @param counts samples and values read
 * @param accuracy share of samples whose top-1 is the label; empty without labels
 * @param agreement share of samples for which both models have the same top-1, 0 to 1
 * @param sqnrDb {@code 10 log10(Σ f² / Σ (f − q)²)} over all elements of the first output; +∞ if
 *     both are equal
 * @param nonFiniteOutputs elements left out of {@code sqnrDb} as one of the two was not finite
 * @param executors where the samples were run
 */
public record ValidationResult(
    DataCounts counts,
    Optional<Accuracy> accuracy,
    double agreement,
    double sqnrDb,
    long nonFiniteOutputs,
    SortedSet<ExecutorIdentity> executors) {
  public ValidationResult {
    executors = Collections.unmodifiableSortedSet(new TreeSet<>(executors));
  }

  /** Top-1 accuracies, 0 to 1. */
  public record Accuracy(double float32, double int8) {
    /** How much worse int8 is, as a fraction; negative if it is better. */
    public double drop() {
      return float32 - int8;
    }
  }
}
