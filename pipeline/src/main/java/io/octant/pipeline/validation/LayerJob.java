package io.octant.pipeline.validation;

import io.octant.pipeline.data.Samples;
import io.octant.pipeline.execution.SessionSpec;

/** Compares two graphs along the network, on an executor, over the first samples. */
public final class LayerJob {
  private LayerJob() {}

  /**
   * Runs a Spark job of one task, which reads no further than it has to.
   *
   * @param reference gives {@link LayerPlan#floatTaps}
   * @param quantized gives {@link LayerPlan#exportedTaps}, for the same fields and batch
   * @param wanted number of samples, at least 1; whole batches are run, and samples at the end that
   *     do not fill one are left out
   */
  public static <T> LayerComparison run(
      Samples<T> samples,
      SessionSpec reference,
      SessionSpec quantized,
      LayerPlan plan,
      int wanted) {
    return samples
        .inOrder()
        .mapPartitions(new LayerTask<>(reference, quantized, samples.decoder(), plan, wanted))
        .first();
  }
}
