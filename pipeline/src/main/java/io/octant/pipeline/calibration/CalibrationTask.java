package io.octant.pipeline.calibration;

import io.octant.calibration.CalibrationState;
import io.octant.calibration.Numerics;
import io.octant.calibration.SampleCounts;
import io.octant.engine.ExecutionContext;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.SampleDecoder;
import io.octant.pipeline.execution.BatchRun;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.SessionLease;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.pipeline.execution.WorkMeter;
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
    if (!BatchRun.hasRecords(records)) {
      return List.of(empty).iterator();
    }
    PartitionState seen = observe(records);
    return List.of(WorkMeter.shared().merging(seen::toBytes)).iterator();
  }

  /** Runs the graph over the records, of which there may be none. */
  PartitionState observe(Iterator<T> records) {
    try (SessionLease lease = SessionCache.shared().lease(session);
        ExecutionContext context = lease.context()) {
      DataCounts counts =
          BatchRun.forEach(
              records,
              decoder,
              session,
              batch -> context.run(batch.inputs(), batch.validSamples()));
      return WorkMeter.shared().merging(() -> drain(context, lease.numerics(), counts));
    }
  }

  private PartitionState drain(ExecutionContext context, Numerics numerics, DataCounts c) {
    CalibrationState state = new CalibrationState(PartitionState.fromBytes(empty).state().key());
    state.addNumerics(numerics);
    context.drainStatistics().forEach(state::adopt);
    state.addSamples(new SampleCounts(c.samples(), c.samplesWithNan(), c.samplesWithInfinity()));
    return new PartitionState(state, c, new TreeSet<>(List.of(ExecutorIdentity.current(numerics))));
  }
}
