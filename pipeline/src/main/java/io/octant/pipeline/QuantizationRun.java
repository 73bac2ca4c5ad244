package io.octant.pipeline;

import static java.util.stream.Collectors.toSet;

import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.engine.IntegerLayers;
import io.octant.pipeline.calibration.PartitionState;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.ExecutorProbe;
import io.octant.pipeline.execution.GraphDigest;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.pipeline.model.ModelRecipes;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.OutsideOutput;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.readback.ReadBackJob;
import io.octant.pipeline.validation.ValidationPlan;
import io.octant.pipeline.validation.ValidationResult;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.broadcast.Broadcast;

/** The three steps from beginning to end, and the written model run once more. */
final class QuantizationRun {
  private final StepContext run;
  private final RunStop stop;
  private final Optional<TrainingSpec> training;
  private final SortedMap<String, byte[]> candidate = new TreeMap<>();

  QuantizationRun(StepContext run, RunStop stop) {
    this(run, stop, Optional.empty());
  }

  /**
   * @param training what is trained between calibration and conversion
   */
  QuantizationRun(StepContext run, RunStop stop, Optional<TrainingSpec> training) {
    this.run = run;
    this.stop = stop;
    this.training = training;
  }

  QuantizationResult execute() {
    QuantizationSpec spec = run.spec();
    ValidationStep.requireLabels(spec);
    training
        .flatMap(TrainingSpec::checkpoints)
        .ifPresent(place -> OutsideOutput.require(run.hadoop(), spec.output().path(), place));
    try (OutputCommit commit = spec.output().begin(run.hadoop(), spec.states())) {
      stop.guard(commit);
      Inputs inputs = run.phase(Phase.PREPARE, this::prepare);
      return run.onExecutors(inputs.model(), source -> steps(inputs, source, commit));
    }
  }

  /** What the first phase finds out; nothing has run on the executors yet. */
  private record Inputs(
      PreparedModel model,
      CalibrationKey key,
      CalibrationStep calibration,
      Conversion conversion,
      Optional<ValidationStep> validation) {}

  private Inputs prepare() {
    QuantizationSpec spec = run.spec();
    ModelSource loaded = PreparedModel.load(run.hadoop(), spec, run.listener(), run.report());
    run.listener().doing("starting the engine on the executors");
    SortedSet<ExecutorIdentity> present =
        ExecutorProbe.run(run.context(), spec.engine(), spec.mixed());
    PreparedModel model = PreparedModel.of(loaded, spec, run.listener());
    ValidationPlan plan = ValidationStep.plan(spec, model);
    CalibrationKey key = model.observed(run.listener(), run.report());
    // Before anything is read: data that change meanwhile are not those of the request.
    run.report().request(request(loaded).hex());
    CalibrationStep calibration = CalibrationStep.of(run, model, key, present);
    Optional<ValidationStep> validation =
        spec.data().evaluation().map(data -> ValidationStep.of(run, model, plan, data));
    Conversion conversion =
        training
            .<Conversion>map(t -> TrainingStep.of(run, t, model, plan, validation))
            .orElseGet(() -> new CalibratedConversion(run));
    return new Inputs(model, key, calibration, conversion, validation);
  }

  private Digest request(ModelSource loaded) {
    return training
        .map(t -> RunRequest.training(run.hadoop(), t, loaded))
        .orElseGet(() -> RunRequest.quantization(run.hadoop(), run.spec(), loaded));
  }

  private QuantizationResult steps(Inputs inputs, Broadcast<byte[]> source, OutputCommit commit) {
    PartitionState calibration = inputs.calibration().calibrate(source);
    Conversion.Made made = inputs.conversion().make(inputs.model(), source, calibration);
    QuantizedModel model = made.model();
    SortedMap<String, byte[]> files = new TreeMap<>(ConversionStep.files(model));
    files.putAll(made.files());
    byte[] state = calibration.state().toBytes();
    files.put(CalibrationStep.STATE_FILE, state);
    Broadcast<byte[]> onnx = run.context().broadcast(model.onnx());
    try {
      WrittenModel written =
          new WrittenModel(onnx, inputs.model().steps().readBack(model.onnx()).graph());
      SessionSpec int8 = run.session(inputs.model(), made.int8(), GraphDigest.of(model.int8()));
      Optional<ValidationResult> validation =
          inputs.validation().map(step -> step.validate(source, written, int8));
      SortedSet<ExecutorIdentity> executors = executors(calibration, validation);
      run.tookPart(executors);
      validation.ifPresent(
          result -> {
            candidate.putAll(files);
            run.spec().validation().gate().check(result);
            candidate.clear();
          });
      Manifest manifest =
          run.phase(
              Phase.PUBLISH,
              () -> {
                readBack(inputs, source, written, int8);
                run.report().memory(run.peak().value());
                return publish(inputs, files, Digest.of(state), commit);
              });
      return new QuantizationResult(
          calibration.counts(),
          model.nodes(),
          IntegerLayers.of(model.int8(), ""),
          executors,
          validation,
          run.report(),
          manifest);
    } finally {
      onnx.destroy();
      made.solved().destroy();
    }
  }

  /** Runs the written model on the executors, next to the graphs that it comes from. */
  private void readBack(
      Inputs inputs, Broadcast<byte[]> source, WrittenModel written, SessionSpec int8) {
    PreparedModel original = inputs.model();
    Samples<?> samples =
        inputs
            .validation()
            .<Samples<?>>map(ValidationStep::samples)
            .orElse(inputs.calibration().samples());
    ReadBackJob.run(
        samples,
        original.steps().outputs(written.graph()),
        run.session(original, new ModelRecipes.Float32(source), original.floatDigest()),
        int8,
        run.session(original, written.recipe(source), GraphDigest.of(written.graph())));
  }

  /** What a gate refused, by name; empty if it was not the gate that ended the run. */
  SortedMap<String, byte[]> candidate() {
    return candidate;
  }

  private Manifest publish(
      Inputs inputs, SortedMap<String, byte[]> files, Digest state, OutputCommit commit) {
    run.report().totalSeconds(run.total().seconds());
    StepFiles.write(run.hadoop(), commit, run.spec(), run.report().ok(), files);
    return commit.publish(
        Map.of(
            "model", inputs.key().model().hex(),
            "configuration", inputs.model().source().configurationDigest().hex(),
            "preparedGraph", inputs.key().preparedGraph().hex(),
            "state", state.hex()),
        run.spec().versions());
  }

  /** Executors that took part; one that ran the int8 graph is there with its kernels only. */
  private static SortedSet<ExecutorIdentity> executors(
      PartitionState calibration, Optional<ValidationResult> validation) {
    SortedSet<ExecutorIdentity> out = new TreeSet<>();
    validation.ifPresent(v -> out.addAll(v.executors()));
    Set<String> ran = out.stream().map(QuantizationRun::withoutKernels).collect(toSet());
    calibration.executors().stream()
        .filter(e -> !ran.contains(withoutKernels(e)))
        .forEach(out::add);
    return out;
  }

  private static String withoutKernels(ExecutorIdentity e) {
    return e.name() + e.numerics();
  }
}
