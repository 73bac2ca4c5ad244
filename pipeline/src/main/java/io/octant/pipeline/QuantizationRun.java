package io.octant.pipeline;

import static java.util.stream.Collectors.toSet;

import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.engine.IntegerLayers;
import io.octant.graph.GraphModule;
import io.octant.pipeline.calibration.CalibrationJob;
import io.octant.pipeline.calibration.PartitionState;
import io.octant.pipeline.data.DataSource;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.data.Samples;
import io.octant.pipeline.execution.ExecutorIdentity;
import io.octant.pipeline.execution.ExecutorProbe;
import io.octant.pipeline.execution.GraphDigest;
import io.octant.pipeline.execution.GraphRecipe;
import io.octant.pipeline.execution.SessionCache;
import io.octant.pipeline.execution.SessionSpec;
import io.octant.pipeline.model.ModelRecipes;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.ModelSteps;
import io.octant.pipeline.model.QuantizedModel;
import io.octant.pipeline.output.Manifest;
import io.octant.pipeline.output.OutputCommit;
import io.octant.pipeline.output.Phase;
import io.octant.pipeline.output.RunReport;
import io.octant.pipeline.readback.ReadBackJob;
import io.octant.pipeline.validation.GateException;
import io.octant.pipeline.validation.ValidationJob;
import io.octant.pipeline.validation.ValidationPlan;
import io.octant.pipeline.validation.ValidationResult;
import io.octant.quantization.report.NodeReport;
import io.octant.quantization.report.QuantizationReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run from beginning to end; fills in its report as it gets on. */
final class QuantizationRun {
  private static final Logger LOG = LoggerFactory.getLogger(QuantizationRun.class);

  private final SparkSession spark;
  private final JavaSparkContext context;
  private final PhaseListener listener;
  private final RunStop stop;
  private final QuantizationSpec spec;
  private final RunReport report;
  private final Stopwatch total;
  private final SortedMap<String, byte[]> candidate = new TreeMap<>();

  QuantizationRun(
      SparkSession spark,
      PhaseListener listener,
      RunStop stop,
      QuantizationSpec spec,
      RunReport report,
      Stopwatch total) {
    this.spark = spark;
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.listener = listener;
    this.stop = stop;
    this.spec = spec;
    this.report = report;
    this.total = total;
  }

  QuantizationResult execute() {
    Configuration hadoop = context.hadoopConfiguration();
    requireLabels();
    try (OutputCommit commit =
        OutputCommit.begin(hadoop, spec.output().path(), spec.output().ifPresent())) {
      stop.guard(commit);
      Inputs inputs = phase(Phase.PREPARE, () -> prepare(hadoop));
      Broadcast<byte[]> source = context.broadcast(inputs.source().toBytes());
      try {
        return run(inputs, source, commit);
      } finally {
        source.destroy();
        // On a cluster the sessions live on the executors and go with them.
        SessionCache.shared().closeIdle();
      }
    }
  }

  /** What the first phase finds out; nothing has run on the executors yet. */
  private record Inputs(
      ModelSource source,
      ModelSteps steps,
      List<SampleField> fields,
      int batch,
      String floatDigest,
      CalibrationKey key,
      Samples<?> calibration,
      Optional<Samples<?>> evaluation,
      ValidationPlan validation) {}

  private Inputs prepare(Configuration hadoop) {
    QuantizationSpec.Model model = spec.model();
    ModelSource loaded = ModelSource.load(hadoop, model.path(), model.options(), spec.method());
    report.model(model.path(), loaded.modelDigest().hex());
    ExecutorProbe.run(context, spec.engine(), spec.mixed());
    ModelSource source = loaded.forBatch(spec.data().batch(), listener::busy);
    ModelSteps steps = source.steps();
    GraphModule float32 = steps.float32();
    int batch = steps.batch(float32, spec.data().batch());
    List<SampleField> fields = steps.fields(float32, batch);
    ValidationPlan validation = ValidationPlan.of(float32, fields, batch, spec.primaryOutput());
    requireClasses(validation);
    GraphModule prepared = steps.prepared();
    warn(prepared);
    steps.requireSeparable(prepared, fields, batch);
    steps.rehearse();
    // Before anything is read: data that change meanwhile are not those of the request.
    report.request(RunRequest.of(hadoop, spec, loaded).hex());
    Samples<?> calibration = spec.data().calibration().open(spark, fields);
    report.data("calibration", calibration.description(), calibration.facts());
    calibration.requireSome("calibrate");
    Optional<Samples<?>> evaluation =
        spec.data()
            .evaluation()
            .map(data -> data.open(spark, fields).withClasses(validation.classes()));
    evaluation.ifPresent(data -> report.data("evaluation", data.description(), data.facts()));
    evaluation.ifPresent(data -> data.requireSome("validate"));
    return new Inputs(
        source,
        steps,
        fields,
        batch,
        GraphDigest.of(float32),
        source.calibrationKey(prepared),
        calibration,
        evaluation,
        validation);
  }

  private QuantizationResult run(Inputs inputs, Broadcast<byte[]> source, OutputCommit commit) {
    PartitionState calibration = calibrate(inputs, source);
    byte[] state = calibration.state().toBytes();
    report.calibrated(
        calibration.counts().samples(),
        inputs.calibration().partitions(),
        Digest.of(state).hex(),
        state.length);
    spec.data().nonFinite().check(calibration.counts(), inputs.calibration().description());
    QuantizedModel model = convert(inputs, calibration);
    reportNodes(model);
    IntegerLayers layers = IntegerLayers.of(model.int8(), "");
    report.saturation(layers);
    Optional<ValidationResult> validation = validate(inputs, source, model);
    SortedSet<ExecutorIdentity> executors = executors(calibration, validation);
    report.executors(executors);
    validation.ifPresent(
        result -> {
          report.gates(spec.gate().measured(result));
          candidate.putAll(files(state, model));
          spec.gate().check(result);
          candidate.clear();
        });
    Manifest manifest = publish(inputs, source, state, model, commit);
    return new QuantizationResult(
        calibration.counts(), model.nodes(), layers, executors, validation, report, manifest);
  }

  private PartitionState calibrate(Inputs inputs, Broadcast<byte[]> source) {
    Stopwatch time = Stopwatch.start();
    SessionSpec session =
        session(inputs, new ModelRecipes.Prepared(source), inputs.key().preparedGraph().hex());
    PartitionState state =
        phase(
            Phase.CALIBRATE,
            () -> CalibrationJob.run(inputs.calibration(), session, inputs.key(), spec.mixed()));
    double seconds = time.seconds();
    report.seconds(Phase.CALIBRATE, seconds);
    report.samplesPerSecond(state.counts().samples() / seconds);
    report.nonFinite(state.counts());
    report.numerics(state.state().numerics());
    return state;
  }

  private QuantizedModel convert(Inputs inputs, PartitionState calibration) {
    Stopwatch time = Stopwatch.start();
    QuantizedModel model =
        phase(
            Phase.CONVERT,
            () -> QuantizedModel.of(inputs.steps(), calibration.state(), provenance(calibration)));
    report.seconds(Phase.CONVERT, time.seconds());
    return model;
  }

  /** What the ONNX file tells of itself; versions of what does not change its bytes stay out. */
  private SortedMap<String, String> provenance(PartitionState calibration) {
    SortedMap<String, String> facts = new TreeMap<>();
    facts.put("state.sha256", calibration.state().sha256().hex());
    String version = spec.versions().get("octant");
    if (version != null) {
      facts.put("version", version);
    }
    return facts;
  }

  private Optional<ValidationResult> validate(
      Inputs inputs, Broadcast<byte[]> source, QuantizedModel model) {
    if (inputs.evaluation().isEmpty()) {
      return Optional.empty();
    }
    Stopwatch time = Stopwatch.start();
    Broadcast<byte[]> calibration = context.broadcast(model.calibration().toBytes());
    try {
      SessionSpec float32 = session(inputs, new ModelRecipes.Float32(source), inputs.floatDigest());
      SessionSpec int8 =
          session(inputs, new ModelRecipes.Int8(source, calibration), GraphDigest.of(model.int8()));
      ValidationResult result =
          phase(
              Phase.VALIDATE,
              () ->
                  ValidationJob.run(inputs.evaluation().get(), float32, int8, inputs.validation()));
      report.seconds(Phase.VALIDATE, time.seconds());
      spec.data().nonFinite().check(result.counts(), inputs.evaluation().get().description());
      result.accuracy().ifPresent(a -> report.accuracy(a.float32(), a.int8()));
      report.compared(result);
      return Optional.of(result);
    } finally {
      calibration.destroy();
    }
  }

  /** Runs the written model on the executors, next to the graphs that it comes from. */
  private void readBack(Inputs inputs, Broadcast<byte[]> source, QuantizedModel model) {
    GraphModule read = inputs.steps().readBack(model.onnx()).graph();
    Samples<?> samples = inputs.evaluation().orElse(inputs.calibration());
    Broadcast<byte[]> calibration = context.broadcast(model.calibration().toBytes());
    Broadcast<byte[]> onnx = context.broadcast(model.onnx());
    try {
      ReadBackJob.run(
          samples,
          inputs.steps().outputs(read),
          session(inputs, new ModelRecipes.Float32(source), inputs.floatDigest()),
          session(inputs, new ModelRecipes.Int8(source, calibration), GraphDigest.of(model.int8())),
          session(inputs, new ModelRecipes.Exported(source, onnx), GraphDigest.of(read)));
    } finally {
      onnx.destroy();
      calibration.destroy();
    }
  }

  private static SortedMap<String, byte[]> files(byte[] state, QuantizedModel model) {
    return new TreeMap<>(
        Map.of(
            QuantizedModel.FILE,
            model.onnx(),
            "calibration/state.octcal",
            state,
            "qparams.json",
            model.qparams()));
  }

  /** What a gate refused, by name; empty if it was not the gate that ended the run. */
  SortedMap<String, byte[]> candidate() {
    return candidate;
  }

  private Manifest publish(
      Inputs inputs,
      Broadcast<byte[]> source,
      byte[] state,
      QuantizedModel model,
      OutputCommit commit) {
    return phase(
        Phase.PUBLISH,
        () -> {
          readBack(inputs, source, model);
          files(state, model).forEach(commit::write);
          report.totalSeconds(total.seconds());
          commit.writeUnlisted(RunReport.FILE_NAME, report.ok().toBytes());
          return commit.publish(
              Map.of(
                  "model", inputs.key().model().hex(),
                  "configuration", inputs.source().configurationDigest().hex(),
                  "preparedGraph", inputs.key().preparedGraph().hex(),
                  "state", Digest.of(state).hex()),
              spec.versions());
        });
  }

  private SessionSpec session(Inputs inputs, GraphRecipe recipe, String digest) {
    return new SessionSpec(recipe, digest, spec.engine(), inputs.fields(), inputs.batch());
  }

  private void requireLabels() {
    boolean labels = spec.data().evaluation().map(DataSource::hasLabels).orElse(false);
    if (spec.gate().needsLabels() && !labels) {
      throw new GateException(
          "Cannot gate on accuracy: no labels in the evaluation data, expected a label column");
    }
  }

  /** What labels and gates ask of the model's outputs, before any data are read. */
  private void requireClasses(ValidationPlan plan) {
    if (spec.data().evaluation().map(DataSource::hasLabels).orElse(false)) {
      plan.requireClasses("compare labels");
    }
    if (spec.gate().minAgreement().isPresent()) {
      plan.requireClasses("gate on agreement");
    }
  }

  /** What prepare found likely to be a mistake is worth reading before hours of calibration. */
  private void warn(GraphModule prepared) {
    List<String> warnings =
        prepared
            .attachment(QuantizationReport.class)
            .map(QuantizationReport::warnings)
            .orElse(List.of());
    report.warnings(warnings);
    warnings.forEach(w -> LOG.warn("{}: {}", spec.model().path(), w));
  }

  private void reportNodes(QuantizedModel model) {
    QuantizationReport nodes = model.nodes();
    report.warnings(nodes.warnings());
    report.nodes(
        lines(nodes, NodeReport.Outcome.QUANTIZED),
        lines(nodes, NodeReport.Outcome.FLOAT),
        model.leftFloat());
  }

  private static List<RunReport.NodeLine> lines(
      QuantizationReport nodes, NodeReport.Outcome outcome) {
    return nodes.with(outcome).stream()
        .map(line -> new RunReport.NodeLine(line.node(), line.reason()))
        .toList();
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

  /** Runs a phase; its Spark jobs carry its title. */
  private <T> T phase(Phase phase, Supplier<T> work) {
    listener.started(phase);
    Stopwatch time = Stopwatch.start();
    context.sc().setJobDescription(phase.title());
    try {
      T result = work.get();
      listener.finished(phase, time.seconds());
      return result;
    } finally {
      context.sc().setJobDescription(null);
    }
  }
}
