package io.octant.pipeline;

import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.pipeline.calibration.PartitionState;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.ExecutorProbe;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.Phase;
import java.util.Map;
import java.util.SortedSet;

/** The first step alone: its output is a calibration state. */
final class CalibrationRun {
  private CalibrationRun() {}

  static StepResult execute(StepContext run, RunStop stop) {
    try (OutputCommit commit = run.spec().output().begin(run.hadoop(), run.spec().states())) {
      stop.guard(commit);
      CalibrationStep step = run.phase(Phase.PREPARE, () -> prepare(run));
      PartitionState calibration = run.onExecutors(step.model(), step::calibrate);
      run.tookPart(calibration.executors());
      return run.phase(Phase.PUBLISH, () -> publish(run, step.key(), calibration, commit));
    }
  }

  private static CalibrationStep prepare(StepContext run) {
    QuantizationSpec spec = run.spec();
    ModelSource loaded = PreparedModel.load(run.hadoop(), spec, run.listener(), run.report());
    run.listener().doing("starting the engine on the executors");
    SortedSet<ExecutorIdentity> present =
        ExecutorProbe.run(run.context(), spec.engine(), spec.mixed());
    PreparedModel model = PreparedModel.of(loaded, spec, run.listener());
    CalibrationKey key = model.observed(run.listener(), run.report());
    run.report().request(RunRequest.calibration(run.hadoop(), spec, loaded).hex());
    return CalibrationStep.of(run, model, key, present);
  }

  private static StepResult publish(
      StepContext run, CalibrationKey key, PartitionState calibration, OutputCommit commit) {
    byte[] state = calibration.state().toBytes();
    run.report().totalSeconds(run.total().seconds());
    StepFiles.write(
        run.hadoop(),
        commit,
        run.spec(),
        run.report().ok(),
        Map.of(CalibrationStep.STATE_FILE, state));
    Manifest manifest =
        commit.publish(
            Map.of(
                "model", key.model().hex(),
                "preparedGraph", key.preparedGraph().hex(),
                "observers", key.observers().hex(),
                "state", Digest.of(state).hex()),
            run.spec().versions());
    return new StepResult(run.report(), manifest);
  }
}
