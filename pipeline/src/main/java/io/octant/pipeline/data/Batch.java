package io.octant.pipeline.data;

import io.octant.tensor.Tensor;
import java.util.List;

/**
 * One batch of the fixed size. Rows from {@code validSamples} on are padding: zeros that observers
 * and metrics must leave out. Its tensors change when the next batch is made ({@link Batches}).
 *
 * @param inputs one tensor for each model input
 * @param validSamples how many rows hold a sample, at least 1
 * @param labels one label for each valid sample; empty if the source has none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Batch(List<Tensor> inputs, int validSamples, long[] labels) {
  public Batch {
    inputs = List.copyOf(inputs);
  }
}
