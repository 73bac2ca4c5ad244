package io.octant.pipeline;

import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.pipeline.calibration.CalibrationJob;
import io.octant.pipeline.calibration.KeptCalibration;
import io.octant.pipeline.calibration.PartitionState;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.pipeline.model.ModelRecipes;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.output.ResultFile;
import java.util.SortedSet;
import org.apache.spark.broadcast.Broadcast;

/**
 * Model and calibration data to a calibration state.
 *
 * @param key what the state belongs to
 * @param samples the calibration data
 * @param present the executors that were there at the beginning
 */
record CalibrationStep(
    StepContext run,
    PreparedModel model,
    CalibrationKey key,
    Samples<?> samples,
    SortedSet<ExecutorIdentity> present) {
  /** Where the state lies in a result. */
  static final String STATE_FILE = ResultFile.STATE;

  /** Looks the data through. */
  static CalibrationStep of(
      StepContext run,
      PreparedModel model,
      CalibrationKey key,
      SortedSet<ExecutorIdentity> present) {
    run.listener().doing("looking through the calibration data");
    Samples<?> samples = run.spec().data().requireCalibration().open(run.spark(), model.fields());
    run.report().data("calibration", samples.description(), samples.facts());
    samples.requireSome("calibrate");
    return new CalibrationStep(run, model, key, samples, present);
  }

  /**
   * Runs the phase.
   *
   * @param source the model on the executors
   */
  PartitionState calibrate(Broadcast<byte[]> source) {
    QuantizationSpec spec = run.spec();
    Stopwatch time = Stopwatch.start();
    SessionSpec session =
        run.session(model, new ModelRecipes.Prepared(source), key.preparedGraph().hex());
    KeptCalibration kept =
        run.phase(
            Phase.CALIBRATE,
            () ->
                CalibrationJob.run(
                    samples,
                    session,
                    key,
                    spec.mixed(),
                    spec.states(),
                    present,
                    run.listener()::expects));
    double seconds = time.seconds();
    run.report().seconds(Phase.CALIBRATE, seconds);
    if (kept.samplesComputed() > 0) {
      run.report().samplesPerSecond(kept.samplesComputed() / seconds);
    }
    spec.states()
        .ifPresent(
            folder ->
                run.report()
                    .states(
                        folder,
                        kept.splitsComputed(),
                        kept.splitsReused(),
                        kept.splitsLost(),
                        kept.damaged()));
    PartitionState total = kept.total();
    run.report().nonFinite(total.counts());
    run.report().numerics(total.state().numerics());
    byte[] bytes = total.state().toBytes();
    run.report()
        .calibrated(
            total.counts().samples(), samples.partitions(), Digest.of(bytes).hex(), bytes.length);
    spec.data().nonFinite().check(total.counts(), samples.description());
    return total;
  }
}
