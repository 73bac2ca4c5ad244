package io.octant.jobs.models;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.calibration.CalibrationState;
import io.octant.engine.Engine;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.graph.GraphModule;
import io.octant.jobs.Job;
import io.octant.jobs.console.Console;
import io.octant.jobs.models.SampleKinds.Part;
import io.octant.onnx.ModelOutput;
import io.octant.onnx.ModelOutputs;
import io.octant.onnx.OnnxModel;
import io.octant.onnx.importer.InputRole;
import io.octant.pipeline.QuantizationSpec;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.execution.Engines;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.ModelSteps;
import io.octant.pipeline.model.SolvedCalibration;
import io.octant.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** One model from its file to its line of the table. */
final class Measurement {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ModelLine line;
  private final Path file;
  private final Path folder;
  private final Job job;
  private final ModelSteps steps;
  private final GraphModule float32;
  private final OnnxModel onnx;
  private final int batch;
  private final List<SampleField> fields;
  private final List<ModelOutput> outputs;

  /** Inputs that the configuration gives a value. */
  private final Map<String, Tensor> constants = new LinkedHashMap<>();

  /** Samples that the job calibrated on. */
  private int calibrated;

  Measurement(ModelLine line, Path file, Path configuration, Path folder) {
    this.line = line;
    this.file = file;
    this.folder = folder;
    this.job =
        new Job(
            configuration,
            List.of(
                "model.path=" + file,
                "data.calibration.path=" + data(Part.CALIBRATION),
                "data.evaluation.path=" + data(Part.EVALUATION),
                "output.path=" + folder.resolve("result")));
    QuantizationSpec spec = job.spec();
    int wanted = spec.data().batch();
    steps =
        ModelSource.load(
                new Configuration(), file.toString(), spec.model().options(), spec.method())
            .forBatch(wanted)
            .steps();
    float32 = steps.float32();
    batch = steps.batch(float32, wanted);
    fields = steps.fields(float32, batch);
    outputs = ModelOutputs.of(float32, batch);
    onnx = steps.model();
    spec.model()
        .options()
        .inputs()
        .forEach(
            (input, role) -> {
              if (role instanceof InputRole.Constant c) {
                constants.put(input, Tensor.scalar((long) c.value()));
              }
            });
  }

  ModelRow run() throws IOException, InterruptedException {
    List<Sample> calibration;
    List<Sample> evaluation;
    double error;
    Engine engine = Engines.NATIVE.start();
    try (Runner runtime = Runner.of(onnx, fields, constants)) {
      calibration = samples(Part.CALIBRATION, runtime);
      evaluation = samples(Part.EVALUATION, runtime);
      error = floatError(engine, runtime, evaluation);
    }
    if (job.run(Console.ofProcess()) != 0) {
      throw new IllegalStateException("the job failed");
    }
    Path result = folder.resolve("result");
    JsonNode report = JSON.readTree(result.resolve("result.json").toFile());
    calibrated = report.path("samples").asInt();
    CalibrationState state =
        CalibrationState.fromBytes(
            line.name(), Files.readAllBytes(result.resolve("calibration/state.octcal")));
    GraphModule int8 = steps.int8(steps.calibrated(SolvedCalibration.unsolved(state)));
    Tasks.Data data = new Tasks.Data(fields, calibration, evaluation, file);
    int primary = primary(report);
    List<String> quality = new ArrayList<>();
    List<PlanStep> plan;
    try (Session first = Runner.compile(engine, float32, fields, batch);
        Runner runner = Runner.of(first)) {
      Tasks.Form reference = remembered(form(runner, primary));
      quality.add(Tasks.of(line.task(), data, reference, reference));
      try (Session second = Runner.compile(engine, int8, fields, batch);
          Runner octant = Runner.of(second)) {
        plan = second.plan();
        quality.add(Tasks.of(line.task(), data, form(octant, primary), reference));
      }
      quality.add(inOnnxRuntime(result.resolve("model.int8.onnx"), data, primary, reference));
      Peers.Judge judge =
          new Peers.Judge(
              model -> inOnnxRuntime(model, data, primary, reference),
              outputs -> compared(outputs, data, reference));
      Peers peers =
          new Peers(folder, count(Part.CALIBRATION) + "-" + count(Part.EVALUATION), task(primary));
      quality.add(peers.of("ort", evaluation, judge));
      quality.add(line.network() == null ? ModelRow.NONE : peers.of("torch", evaluation, judge));
    }
    return new ModelRow(
        line.name(),
        error,
        report.path("nodes").path("quantized").size(),
        report.path("nodes").path("float").size(),
        plan.stream().filter(s -> s.kernel() == PlanStep.Kernel.NATIVE).count(),
        plan.stream().filter(s -> s.kernel() == PlanStep.Kernel.REFERENCE).count(),
        report.path("sqnrDb").isNumber()
            ? String.format(Locale.ROOT, "%.1f", report.path("sqnrDb").doubleValue())
            : ModelRow.NONE,
        line.task(),
        quality);
  }

  private int count(Part part) {
    return part == Part.CALIBRATION ? line.calibration() : line.evaluation();
  }

  /** Where a part of the data is kept: another amount is kept elsewhere. */
  private Path data(Part part) {
    return folder.resolve(part.name().toLowerCase(Locale.ROOT) + "-" + count(part));
  }

  private List<Sample> samples(Part part, Runner runtime) {
    List<Sample> samples =
        SampleKinds.of(line.data(), fields, count(part), part, floatModel(runtime));
    Path target = data(part);
    if (!Files.exists(target.resolve("_SUCCESS"))) {
      SampleFiles.write(target, fields, samples);
    }
    return samples;
  }

  private FloatModel floatModel(Runner runtime) {
    return sample -> {
      List<Tensor> made = runtime.run(Runner.batch(fields, List.of(sample), batch));
      Map<String, float[]> named = new LinkedHashMap<>();
      for (int i = 0; i < made.size(); i++) {
        named.put(outputs.get(i).name(), Runner.part(outputs.get(i), made.get(i), 0));
      }
      return named;
    };
  }

  /** On the first batch, over all outputs. */
  private double floatError(Engine engine, Runner runtime, List<Sample> evaluation) {
    List<Sample> some = evaluation.subList(0, Math.min(batch, evaluation.size()));
    List<Tensor> inputs = Runner.batch(fields, some, batch);
    List<Tensor> expected = runtime.run(inputs);
    try (Session session = Runner.compile(engine, float32, fields, batch);
        Runner runner = Runner.of(session)) {
      List<Tensor> actual = runner.run(inputs);
      double worst = 0;
      for (int i = 0; i < expected.size(); i++) {
        worst = Math.max(worst, difference(actual.get(i), expected.get(i), outputs.get(i), some));
      }
      return worst;
    }
  }

  private static double difference(Tensor a, Tensor b, ModelOutput output, List<Sample> samples) {
    if (!a.shape().equals(b.shape())) {
      throw new IllegalStateException("output " + output.name() + " is " + a + ", expected " + b);
    }
    double largest = 0;
    double worst = 0;
    for (int s = 0; s < samples.size(); s++) {
      float[] x = Runner.part(output, a, s);
      float[] y = Runner.part(output, b, s);
      for (int i = 0; i < x.length; i++) {
        double d = x[i] == y[i] ? 0 : Math.abs((double) x[i] - y[i]);
        worst = d <= worst ? worst : d;
        largest = Math.max(largest, Math.abs(y[i]));
      }
    }
    return worst == 0 ? 0 : worst / largest;
  }

  private int primary(JsonNode report) {
    int index = 0;
    for (JsonNode output : report.path("outputs")) {
      if (output.path("primary").asBoolean()) {
        return index;
      }
      index++;
    }
    return 0;
  }

  private Tasks.Form form(Runner runner, int output) {
    return samples -> runner.outputs(fields, samples, batch, outputs.get(output), output);
  }

  /** The same, asked once for each list. */
  private static Tasks.Form remembered(Tasks.Form form) {
    Map<List<Sample>, List<float[]>> known = new IdentityHashMap<>();
    return samples -> known.computeIfAbsent(samples, form);
  }

  private String inOnnxRuntime(Path model, Tasks.Data data, int output, Tasks.Form reference)
      throws IOException {
    try (Runner runner = Runner.of(OnnxModel.load(model), fields, constants)) {
      return compared(form(runner, output), data, reference);
    }
  }

  /** What the task says, and how near the outputs are. */
  private String compared(Tasks.Form form, Tasks.Data data, Tasks.Form reference)
      throws IOException {
    Tasks.Form once = remembered(form);
    return Tasks.of(line.task(), data, once, reference)
        + ", "
        + Tasks.sqnr(once.apply(data.evaluation()), reference.apply(data.evaluation()));
  }

  private ObjectNode task(int output) {
    ObjectNode task = JSON.createObjectNode();
    task.put("name", line.name())
        .put("model", file.toString())
        .put("network", line.network())
        .put("output", output)
        .put("calibration", data(Part.CALIBRATION).toString())
        .put("evaluation", data(Part.EVALUATION).toString())
        .put("batch", batch)
        .put("limit", calibrated);
    constants.forEach(
        (name, value) -> task.withObjectProperty("constants").put(name, (long) value.item()));
    task.withObjectProperty("constants");
    for (SampleField field : fields) {
      ObjectNode input = task.withArray("inputs").addObject();
      input
          .put("name", field.input())
          .put("type", field.dtype().toString())
          .put("batchAxis", field.batchAxis());
      for (int size : field.batched(batch).shape().toArray()) {
        input.withArray("shape").add(size);
      }
    }
    return task;
  }
}
