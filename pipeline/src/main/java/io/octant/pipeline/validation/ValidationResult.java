package io.octant.pipeline.validation;

import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.execution.ExecutorIdentity;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Float against int8 over evaluation data.
 *
 * @param counts samples and values read
 * @param accuracy share of samples whose class in the primary output is the label; empty without
 *     labels
 * @param outputs every output, in order
 * @param primary index of the output that labels and gates are about
 * @param executors where the samples were run
 * @param layers the same along the network; empty if that was not measured
 */
public record ValidationResult(
    DataCounts counts,
    Optional<Accuracy> accuracy,
    List<OutputComparison> outputs,
    int primary,
    SortedSet<ExecutorIdentity> executors,
    Optional<LayerComparison> layers) {
  public ValidationResult {
    outputs = List.copyOf(outputs);
    executors = Collections.unmodifiableSortedSet(new TreeSet<>(executors));
  }

  /** With what was measured along the network. */
  public ValidationResult withLayers(Optional<LayerComparison> along) {
    return new ValidationResult(counts, accuracy, outputs, primary, executors, along);
  }

  /** The output that labels and gates are about. */
  public OutputComparison primaryOutput() {
    return outputs.get(primary);
  }

  /** {@link OutputComparison#agreement} of the primary output. */
  public double agreement() {
    return primaryOutput().agreement();
  }

  /** {@link OutputComparison#sqnrDb} of the primary output. */
  public double sqnrDb() {
    return primaryOutput().sqnrDb();
  }

  /** {@link OutputComparison#cosine} of the primary output. */
  public double cosine() {
    return primaryOutput().cosine();
  }

  /** Top-1 accuracies, 0 to 1; a sample with NaN among its scores counts as wrong. */
  public record Accuracy(double float32, double int8) {
    /** How much worse int8 is, as a fraction; negative if it is better. */
    public double drop() {
      return float32 - int8;
    }
  }
}
