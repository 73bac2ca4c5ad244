package io.octant.pipeline.readback;

import io.octant.engine.ExecutionContext;
import io.octant.onnx.OnnxException;
import io.octant.onnx.qdq.ReadBack;
import io.octant.pipeline.data.Batch;
import io.octant.pipeline.data.Batches;
import io.octant.pipeline.data.SampleDecoder;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.SessionLease;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * Runs the first batch of a partition through the three graphs. Gives nothing for a partition
 * without samples, else one message, empty if the outputs agree: a disagreement is a result, which
 * running the task again would not change.
 *
 * @param <T> the records of the source
 */
record ReadBackTask<T>(
    List<String> outputs,
    SessionSpec float32,
    SessionSpec int8,
    SessionSpec exported,
    SampleDecoder<T> decoder)
    implements FlatMapFunction<Iterator<T>, String> {

  @Override
  public Iterator<String> call(Iterator<T> records) {
    Batches<T> batches = new Batches<>(records, decoder, float32.fields(), float32.batch());
    if (!batches.hasNext()) {
      return List.<String>of().iterator();
    }
    Batch batch = batches.next();
    try {
      ReadBack.requireAgreement(
          outputs, run(float32, batch), run(int8, batch), run(exported, batch));
      return List.of("").iterator();
    } catch (OnnxException e) {
      return List.of(String.valueOf(e.getMessage())).iterator();
    }
  }

  private static List<Tensor> run(SessionSpec graph, Batch batch) {
    try (SessionLease session = SessionCache.shared().lease(graph);
        ExecutionContext context = session.context()) {
      return new ArrayList<>(context.run(batch.inputs(), batch.validSamples()));
    }
  }
}
