package io.octant.pipeline.validation;

import io.octant.OctantException;
import io.octant.engine.ExecutionContext;
import io.octant.pipeline.data.Batch;
import io.octant.pipeline.data.Batches;
import io.octant.pipeline.data.SampleDecoder;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.Int8Kernels;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.SessionLease;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.tensor.Tensor;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * Runs both models over one partition.
 *
 * @param reference the float model
 * @param quantized the int8 model
 * @param decoder turns records into samples
 * @param <T> the records of the source
 */
record ValidationTask<T>(SessionSpec reference, SessionSpec quantized, SampleDecoder<T> decoder)
    implements FlatMapFunction<Iterator<T>, byte[]> {

  @Override
  public Iterator<byte[]> call(Iterator<T> records) {
    ValidationTotals totals = new ValidationTotals();
    if (records.hasNext()) {
      compare(records, totals);
    }
    return List.of(totals.toBytes()).iterator();
  }

  private void compare(Iterator<T> records, ValidationTotals totals) {
    try (SessionLease float32 = SessionCache.shared().lease(reference);
        SessionLease int8 = SessionCache.shared().lease(quantized);
        ExecutionContext float32Context = float32.newContext();
        ExecutionContext int8Context = int8.newContext()) {
      Batches<T> batches = new Batches<>(records, decoder, reference.fields(), reference.batch());
      while (batches.hasNext()) {
        Batch batch = batches.next();
        Tensor expected = float32Context.run(batch.inputs(), batch.validSamples()).get(0);
        Tensor actual = int8Context.run(batch.inputs(), batch.validSamples()).get(0);
        requireSameShape(expected, actual);
        for (int i = 0; i < batch.validSamples(); i++) {
          Output f = Output.of(expected, i);
          Output q = Output.of(actual, i);
          totals.add(f, q);
          if (batch.labels().length > 0) {
            totals.addLabel(batch.labels()[i], f, q);
          }
        }
      }
      totals.addRead(
          batches.counts(),
          ExecutorIdentity.current(
              int8.numerics(), Int8Kernels.of(int8.session().integerLayers())));
    }
  }

  private static void requireSameShape(Tensor expected, Tensor actual) {
    if (!expected.shape().equals(actual.shape())) {
      throw new OctantException(
          "Cannot compare outputs: int8 gives "
              + actual.shape()
              + ", expected the float model's "
              + expected.shape());
    }
  }
}
