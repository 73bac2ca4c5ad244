package io.octant.pipeline;

import io.octant.pipeline.data.DataSource;
import io.octant.pipeline.validation.Gate;
import io.octant.pipeline.validation.ValidationPlan;
import java.util.List;
import java.util.Optional;

/**
 * What an evaluation of many candidates compares, and on which data.
 *
 * @param base float model, calibration data, evaluation data that are chosen on, engine, output
 * @param heldOut evaluation data that only the winner is run on; empty without
 * @param candidates in their order; names differ
 * @param top how many of the highest scores count for top-k
 * @param memoryBytes what sessions and kept batches may take in an executor
 * @param totals folder in which the totals of splits are kept from run to run, on any Hadoop file
 *     system that all executors reach; empty keeps none
 */
public record SweepSpec(
    QuantizationSpec base,
    Optional<DataSource> heldOut,
    List<SweepCandidate> candidates,
    int top,
    long memoryBytes,
    Optional<String> totals) {
  public SweepSpec {
    candidates = List.copyOf(candidates);
    // A table has neither gates nor layers: they are not asked for, nor part of the request.
    base =
        base.withValidation(
            new QuantizationSpec.Validation(Gate.OPEN, base.validation().output(), 0));
  }

  /** Whether a candidate needs the calibration data. */
  boolean calibrates() {
    return candidates.stream().anyMatch(c -> c.origin() instanceof SweepCandidate.Settings);
  }

  /** What of it means nothing for a model's outputs, as a warning. */
  Optional<String> warning(ValidationPlan plan) {
    boolean labelled = base.data().evaluation().map(DataSource::hasLabels).orElse(false);
    int classes = plan.classes().orElse(Integer.MAX_VALUE);
    return labelled && top >= classes
        ? Optional.of(
            ("evaluation.topK = %d: output '%s' has %d classes, every label is among so many of"
                    + " the highest scores, expected less")
                .formatted(top, plan.primaryOutput().name(), classes))
        : Optional.empty();
  }
}
