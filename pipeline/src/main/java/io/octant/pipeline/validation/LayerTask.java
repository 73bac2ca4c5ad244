package io.octant.pipeline.validation;

import io.octant.engine.ExecutionContext;
import io.octant.pipeline.data.Batch;
import io.octant.pipeline.data.Batches;
import io.octant.pipeline.data.SampleDecoder;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.SessionLease;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.tensor.Tensor;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * Runs both models over the first samples and compares what they keep. Batches are whole: samples
 * that do not fill one are left out.
 *
 * @param reference the float graph that gives the values of the plan
 * @param quantized the written model's graph that gives the same
 * @param decoder turns records into samples
 * @param plan the values
 * @param limit samples to stop after
 * @param <T> the records of the source
 */
record LayerTask<T>(
    SessionSpec reference,
    SessionSpec quantized,
    SampleDecoder<T> decoder,
    LayerPlan plan,
    int limit)
    implements FlatMapFunction<Iterator<T>, LayerComparison> {

  @Override
  public Iterator<LayerComparison> call(Iterator<T> records) {
    List<LayerValue> values = plan.compared();
    LayerTotals totals = new LayerTotals(values.size());
    Batches<T> batches = new Batches<>(records, decoder, reference.fields(), reference.batch());
    if (batches.hasNext()) {
      try (SessionLease float32 = SessionCache.shared().lease(reference);
          SessionLease int8 = SessionCache.shared().lease(quantized);
          ExecutionContext float32Context = float32.context();
          ExecutionContext int8Context = int8.context()) {
        while (totals.samples() < limit && batches.hasNext()) {
          Batch batch = batches.next();
          if (batch.validSamples() == reference.batch()) {
            List<Tensor> f = float32Context.run(batch.inputs(), batch.validSamples());
            List<Tensor> q = int8Context.run(batch.inputs(), batch.validSamples());
            for (int i = 0; i < values.size(); i++) {
              totals.add(i, values.get(i), f.get(i), q.get(i));
            }
            totals.addSamples(batch.validSamples());
          }
        }
      }
    }
    return List.of(totals.result(plan)).iterator();
  }
}
