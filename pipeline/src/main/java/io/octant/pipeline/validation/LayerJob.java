package io.octant.pipeline.validation;

import io.octant.pipeline.data.Samples;
import io.octant.pipeline.execution.SessionSpec;
import java.util.List;

/** Compares two graphs along the network, on executors, over the first samples. */
public final class LayerJob {
  /** Where the first so many partitions hold too few samples, those are all. */
  private static final int PARTITIONS = 64;

  private LayerJob() {}

  /**
   * Runs a Spark job for each partition until there are enough samples; mostly that is one.
   *
   * @param samples whose records come in the order of files and rows, however many tasks a run has
   * @param reference gives {@link LayerPlan#floatTaps}
   * @param quantized gives {@link LayerPlan#exportedTaps}, for the same fields and batch
   * @param wanted number of samples, at least 1; whole batches are run
   */
  public static <T> LayerComparison run(
      Samples<T> samples,
      SessionSpec reference,
      SessionSpec quantized,
      LayerPlan plan,
      int wanted) {
    LayerTotals totals = new LayerTotals(plan.compared().size());
    int partitions = Math.min(PARTITIONS, samples.records().getNumPartitions());
    for (int p = 0; p < partitions && totals.samples() < wanted; p++) {
      LayerTask<T> task =
          new LayerTask<>(reference, quantized, samples.decoder(), plan, wanted - totals.samples());
      samples
          .records(List.of(p))
          .mapPartitions(task)
          .collect()
          .forEach(part -> totals.merge(LayerTotals.fromBytes(part)));
    }
    return totals.result(plan);
  }
}
