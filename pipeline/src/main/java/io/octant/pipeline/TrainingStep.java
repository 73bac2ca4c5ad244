package io.octant.pipeline;

import io.octant.calibration.CalibrationState;
import io.octant.graph.GraphModule;
import io.octant.pipeline.calibration.PartitionState;
import io.octant.pipeline.data.DataCounts;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.pipeline.model.MethodText;
import io.octant.pipeline.model.ModelRecipes;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.ModelSteps;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.model.SolvedCalibration;
import io.octant.pipeline.model.TrainingMethod;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.training.Checkpoints;
import io.octant.pipeline.training.EpochEvaluation;
import io.octant.pipeline.training.TrainingCurve;
import io.octant.pipeline.training.TrainingJob;
import io.octant.pipeline.training.TrainingOutcome;
import io.octant.pipeline.training.Workers;
import io.octant.pipeline.validation.ValidationPlan;
import io.octant.safetensors.SafetensorsWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.broadcast.Broadcast;

/**
 * Ranges from calibration to begin with, then weights and ranges from training.
 *
 * @param samples the training data
 * @param source the model, to be prepared for training
 * @param method of the same
 * @param evaluation of the model that each epoch leaves
 */
record TrainingStep(
    StepContext run,
    TrainingSpec spec,
    Samples<?> samples,
    ModelSource source,
    MethodText method,
    Optional<ValidationStep> evaluation)
    implements Conversion {
  /** Where the last checkpoint lies in a result. */
  static final String CHECKPOINT_FILE = "checkpoint.safetensors";

  /**
   * Looks the data through, and whether the model can be trained.
   *
   * @param validation where the data for it are known
   */
  static TrainingStep of(
      StepContext run,
      TrainingSpec spec,
      PreparedModel model,
      ValidationPlan plan,
      Optional<ValidationStep> validation) {
    run.listener().doing("looking through the training data");
    int micro = spec.settings().microBatch();
    Samples<?> read = spec.data().open(run.spark(), model.steps().fields(model.float32(), micro));
    Samples<?> samples =
        spec.settings().loss().ignoresLabels() ? read : read.withClasses(plan.classes());
    run.report().data("training", samples.description(), samples.facts());
    samples.requireSome("train");
    MethodText method = method(spec);
    ModelSource source = model.source().with(method);
    TrainingJob.require(source.steps().preparedForTraining());
    return new TrainingStep(
        run, spec, samples, source, method, validation.filter(ValidationStep::hasLabels));
  }

  static MethodText method(TrainingSpec spec) {
    return MethodText.of(TrainingMethod.of(spec.base().method()));
  }

  @Override
  public Made make(PreparedModel model, Broadcast<byte[]> original, PartitionState calibration) {
    ModelSteps steps = source.steps();
    CalibrationState state = calibration.state();
    GraphModule calibrated = model.steps().calibrated(SolvedCalibration.unsolved(state));
    SolvedCalibration solved = new SolvedCalibration(state, ModelSteps.solve(calibrated));
    GraphModule begin = TrainingMethod.begin(steps, calibrated);
    TrainingOutcome outcome =
        run.phase(
            Phase.TRAIN, () -> train(begin, state, teacher(model, original), evaluation(original)));
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(CHECKPOINT_FILE, outcome.checkpoint());
    QuantizedModel made =
        run.phase(
            Phase.CONVERT,
            () ->
                ConversionStep.convert(
                    run.spec(),
                    run.report(),
                    facts -> QuantizedModel.of(steps, outcome.model(), solved, facts),
                    state));
    Broadcast<byte[]> trained =
        run.context()
            .broadcast(SafetensorsWriter.toBytes("of the training", outcome.model().stateDict()));
    return new Made(made, new ModelRecipes.Trained(original, method, trained), trained, files);
  }

  /** The float model for micro-batches, if it takes part. */
  private List<SessionSpec> teacher(PreparedModel model, Broadcast<byte[]> original) {
    return spec.settings().hasTeacher()
        ? List.of(
            run.session(
                model,
                new ModelRecipes.Float32(original),
                model.floatDigest(),
                spec.settings().microBatch()))
        : List.of();
  }

  /** The int8 model as it would be written now, on the evaluation data. */
  private EpochEvaluation evaluation(Broadcast<byte[]> original) {
    return evaluation
        .<EpochEvaluation>map(
            step ->
                model -> {
                  Broadcast<byte[]> now =
                      run.context()
                          .broadcast(SafetensorsWriter.toBytes("of an epoch", model.stateDict()));
                  try {
                    return step.score(new ModelRecipes.Trained(original, method, now));
                  } finally {
                    now.destroy();
                  }
                })
        .orElse(EpochEvaluation.NONE);
  }

  private TrainingOutcome train(
      GraphModule begin,
      CalibrationState state,
      List<SessionSpec> teacher,
      EpochEvaluation epochs) {
    Stopwatch time = Stopwatch.start();
    Optional<Checkpoints> checkpoints =
        spec.checkpoints()
            .map(
                folder ->
                    new Checkpoints(
                        run.hadoop(),
                        folder,
                        RunRequest.trained(run.hadoop(), spec, source, state.sha256()),
                        spec.checkpointEvery()));
    int partitions =
        Math.max(samples.partitions(), run.spark().sparkContext().defaultParallelism());
    Broadcast<byte[]> bytes = run.context().broadcast(source.toBytes());
    try {
      TrainingOutcome outcome =
          TrainingJob.run(
              run.context(),
              new Workers(run.group(), bytes, run.spec().engine(), teacher, partitions),
              samples,
              begin,
              spec.settings(),
              epochs,
              checkpoints,
              new Told());
      run.report().seconds(Phase.TRAIN, time.seconds());
      run.report().training(TrainingReport.of(outcome));
      return outcome;
    } finally {
      bytes.destroy();
    }
  }

  /** Progress in the terms of a run. */
  private final class Told implements TrainingJob.Progress {
    @Override
    public void read(DataCounts counts) {
      run.report().trainingData(counts);
      run.spec().data().nonFinite().check(counts, samples.description());
    }

    @Override
    public void begins(long steps, long left) {
      run.listener().expects(left);
    }

    @Override
    public void epoch(int number, TrainingCurve.Epoch epoch) {
      run.listener().busy(line(number, epoch));
    }
  }

  private static String line(int number, TrainingCurve.Epoch epoch) {
    return String.format(Locale.ROOT, "epoch %d: loss %.4f", number, epoch.loss())
        + line(epoch.training(), "while training")
        + line(epoch.evaluation(), "on the evaluation data");
  }

  private static String line(EpochEvaluation.Score score, String where) {
    return score.labelled() == 0
        ? ""
        : String.format(Locale.ROOT, ", %.2f %% right %s", 100 * score.accuracy(), where);
  }
}
