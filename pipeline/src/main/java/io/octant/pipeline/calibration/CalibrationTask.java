package io.octant.pipeline.calibration;

import io.octant.calibration.CalibrationState;
import io.octant.calibration.SampleCounts;
import io.octant.engine.ExecutionContext;
import io.octant.pipeline.data.Batch;
import io.octant.pipeline.data.Batches;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.SampleDecoder;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.SessionLease;
import io.octant.pipeline.execution.SessionSpec;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.api.java.function.FlatMapFunction;

/**
 * Runs the prepared graph over one partition and returns its state. The samples pass through one
 * batch at a time; what grows is bounded by the observers' grids.
 *
 * @param session the prepared graph, compiled
 * @param decoder turns records into samples
 * @param empty bytes of the state of nothing, with the key of the run
 * @param <T> the records of the source
 */
@SuppressWarnings("ArrayRecordComponent")
record CalibrationTask<T>(SessionSpec session, SampleDecoder<T> decoder, byte[] empty)
    implements FlatMapFunction<Iterator<T>, byte[]> {

  @Override
  public Iterator<byte[]> call(Iterator<T> records) {
    return List.of(records.hasNext() ? observe(records).toBytes() : empty).iterator();
  }

  /** Runs the graph over the records, of which there may be none. */
  PartitionState observe(Iterator<T> records) {
    try (SessionLease lease = SessionCache.shared().lease(session);
        ExecutionContext context = lease.newContext()) {
      Batches<T> batches = new Batches<>(records, decoder, session.fields(), session.batch());
      while (batches.hasNext()) {
        Batch batch = batches.next();
        context.run(batch.inputs(), batch.validSamples());
      }
      CalibrationState state = new CalibrationState(PartitionState.fromBytes(empty).state().key());
      state.addNumerics(lease.numerics());
      context.drainStatistics().forEach(state::adopt);
      DataCounts c = batches.counts();
      state.addSamples(new SampleCounts(c.samples(), c.samplesWithNan(), c.samplesWithInfinity()));
      return new PartitionState(
          state, c, new TreeSet<>(List.of(ExecutorIdentity.current(lease.numerics()))));
    }
  }
}
