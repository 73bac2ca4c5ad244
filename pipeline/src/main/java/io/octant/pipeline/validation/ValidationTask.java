package io.octant.pipeline.validation;

import io.octant.OctantException;
import io.octant.engine.ExecutionContext;
import io.octant.onnx.ModelOutput;
import io.octant.pipeline.data.Batch;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.SampleDecoder;
import io.octant.pipeline.execution.BatchRun;
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
 * @param plan the outputs of both
 * @param <T> the records of the source
 */
record ValidationTask<T>(
    SessionSpec reference, SessionSpec quantized, SampleDecoder<T> decoder, ValidationPlan plan)
    implements FlatMapFunction<Iterator<T>, byte[]> {

  @Override
  public Iterator<byte[]> call(Iterator<T> records) {
    ValidationTotals totals = new ValidationTotals(plan.outputs().size());
    if (BatchRun.hasRecords(records)) {
      compare(records, totals);
    }
    return List.of(totals.toBytes()).iterator();
  }

  private void compare(Iterator<T> records, ValidationTotals totals) {
    try (SessionLease float32 = SessionCache.shared().lease(reference);
        SessionLease int8 = SessionCache.shared().lease(quantized);
        ExecutionContext float32Context = float32.context();
        ExecutionContext int8Context = int8.context()) {
      DataCounts counts =
          BatchRun.forEach(
              records,
              decoder,
              reference,
              batch ->
                  compare(
                      batch,
                      float32Context.run(batch.inputs(), batch.validSamples()),
                      int8Context.run(batch.inputs(), batch.validSamples()),
                      totals));
      totals.addRead(
          counts,
          ExecutorIdentity.current(
              int8.numerics(), Int8Kernels.of(int8.session().integerLayers())));
    }
  }

  private void compare(
      Batch batch, List<Tensor> expected, List<Tensor> actual, ValidationTotals totals) {
    for (int i = 0; i < plan.outputs().size(); i++) {
      ComparedOutput output = plan.outputs().get(i);
      Tensor f = expected.get(i);
      Tensor q = actual.get(i);
      requireSameShape(output.name(), f, q);
      ModelOutput parts = output.parts();
      // An output without parts is compared as a whole, once a batch.
      int count = output.samples() == ModelOutput.Samples.SEPARATE ? batch.validSamples() : 1;
      for (int sample = 0; sample < count; sample++) {
        Part float32 = new Part(f, parts, sample);
        Part int8 = new Part(q, parts, sample);
        totals.output(i).add(output, float32, int8);
        if (i == plan.primary() && output.namesClasses() && batch.labels().length > 0) {
          totals.addLabel(batch.labels()[sample], output, float32, int8);
        }
      }
    }
  }

  private static void requireSameShape(String name, Tensor expected, Tensor actual) {
    if (!expected.shape().equals(actual.shape())) {
      throw new OctantException(
          "Cannot compare output '"
              + name
              + "': int8 gives "
              + actual.shape()
              + ", expected the float model's "
              + expected.shape());
    }
  }
}
