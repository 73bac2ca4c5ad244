package io.octant.pipeline.calibration;

import io.octant.engine.ExecutionContext;
import io.octant.pipeline.data.Batch;
import io.octant.pipeline.data.Batches;
import io.octant.pipeline.data.SampleDecoder;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.SessionLease;
import io.octant.pipeline.execution.SessionSpec;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * Runs the prepared graph over one partition and returns its state. The samples pass through one
 * batch at a time; what grows is bounded by the observers' grids.
 *
 * @param session the prepared graph, compiled
 * @param decoder turns records into samples
 * @param <T> the records of the source
 */
record CalibrationTask<T>(SessionSpec session, SampleDecoder<T> decoder)
    implements FlatMapFunction<Iterator<T>, byte[]> {

  @Override
  public Iterator<byte[]> call(Iterator<T> records) {
    PartitionState state =
        records.hasNext() ? observe(records) : PartitionState.empty(session.graphDigest());
    return List.of(state.toBytes()).iterator();
  }

  private PartitionState observe(Iterator<T> records) {
    try (SessionLease lease = SessionCache.shared().lease(session);
        ExecutionContext context = lease.newContext()) {
      Batches<T> batches = new Batches<>(records, decoder, session.fields(), session.batch());
      while (batches.hasNext()) {
        Batch batch = batches.next();
        context.run(batch.inputs(), batch.validSamples());
      }
      return new PartitionState(
          session.graphDigest(),
          batches.counts(),
          new TreeSet<>(List.of(ExecutorIdentity.current(lease.isa()))),
          new TreeMap<>(context.drainStatistics()));
    }
  }
}
