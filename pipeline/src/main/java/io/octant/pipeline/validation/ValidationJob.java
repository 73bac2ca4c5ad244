package io.octant.pipeline.validation;

import io.octant.pipeline.data.DataException;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.execution.SessionSpec;

/** Compares a float and an int8 graph over samples on the executors. */
public final class ValidationJob {
  private ValidationJob() {}

  /**
   * Runs one Spark job.
   *
   * @param reference the float graph, compiled for the samples' fields
   * @param quantized the int8 graph, compiled for the same fields and batch
   * @param plan the outputs of both
   * @throws DataException if there are no samples, or others than when the files were listed
   */
  public static <T> ValidationResult run(
      Samples<T> samples, SessionSpec reference, SessionSpec quantized, ValidationPlan plan) {
    ValidationTotals totals =
        ValidationTotals.fromBytes(
            samples
                .tasks()
                .mapPartitions(new ValidationTask<>(reference, quantized, samples.decoder(), plan))
                .treeAggregate(
                    new ValidationTotals(plan.outputs().size()).toBytes(),
                    ValidationJob::merge,
                    ValidationJob::merge));
    ValidationResult result = totals.result(plan);
    samples.requireAllRead(result.counts(), "validate");
    return result;
  }

  private static byte[] merge(byte[] a, byte[] b) {
    ValidationTotals merged = ValidationTotals.fromBytes(a);
    merged.merge(ValidationTotals.fromBytes(b));
    return merged.toBytes();
  }
}
