package io.octant.jobs.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.octant.bytes.Digest;
import io.octant.calibration.CalibrationKey;
import io.octant.calibration.CalibrationState;
import io.octant.calibration.SampleCounts;
import io.octant.engine.Engine;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Session;
import io.octant.graph.GraphModule;
import io.octant.onnx.importer.ImportOptions;
import io.octant.pipeline.data.SampleField;
import io.octant.pipeline.execution.EngineProvider;
import io.octant.pipeline.model.ModelSource;
import io.octant.pipeline.model.ModelSteps;
import io.octant.pipeline.model.QuantizationMethod;
import io.octant.pipeline.model.SolvedCalibration;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * One measurement of a model in the engine.
 *
 * <p>Inputs are made up, see {@link SampleInputs}; the int8 form is calibrated on them. Speed does
 * not depend on the values, but accuracy on such a calibration means nothing.
 *
 * @param options what the file leaves open
 * @param batch samples of one forward pass
 * @param threads how many share the session
 * @param provider starts the engine
 * @param time how long to measure
 */
public record Benchmark(
    Path model,
    ImportOptions options,
    BenchMode mode,
    int batch,
    int threads,
    EngineProvider provider,
    Duration time) {

  /**
   * Compiles and measures, as often as is asked for.
   *
   * @param method how the model is prepared and converted
   * @param told hears of what takes long before the measurement
   * @param again is asked before each measurement whether there is to be one
   * @param lines hears of each measurement, a JSON object: model, mode, batch, threads, seconds,
   *     batches, samplesPerSecond, samplesPerCpuSecond, engine, isa, numerics, int8 (layers by
   *     arithmetic, and how many would saturate elsewhere; null if there are none), memory,
   *     kernels, compileSeconds
   * @throws io.octant.onnx.OnnxException if the model cannot be read
   */
  public void run(
      QuantizationMethod method,
      Consumer<String> told,
      BooleanSupplier again,
      Consumer<ObjectNode> lines) {
    with(
        method,
        told,
        (engine, graph, session, inputs, compiled) -> {
          while (again.getAsBoolean()) {
            ObjectNode line = line(engine, session, Throughput.of(session, inputs, threads, time));
            lines.accept(line.put("compileSeconds", rounded(compiled)));
          }
        });
  }

  /**
   * Compiles, and measures every step of the plan, on one thread.
   *
   * @param method how the model is prepared and converted
   * @param told hears of what takes long before the measurement
   * @param lines hears the lines of a table, see {@link Profile#lines}
   * @throws io.octant.onnx.OnnxException if the model cannot be read
   */
  public void profile(QuantizationMethod method, Consumer<String> told, Consumer<String> lines) {
    with(
        method,
        told,
        (engine, graph, session, inputs, compiled) -> {
          lines.accept(title(engine, compiled));
          Profile.of(engine, session, inputs, time).lines().forEach(lines);
        });
  }

  /**
   * Compiles, and shows the plan.
   *
   * @param method how the model is prepared and converted
   * @param told hears of what takes long
   * @param lines hears the lines of a table, see {@link PlanTable}
   * @throws io.octant.onnx.OnnxException if the model cannot be read
   */
  public void plan(QuantizationMethod method, Consumer<String> told, Consumer<String> lines) {
    with(
        method,
        told,
        (engine, graph, session, inputs, compiled) -> {
          lines.accept(title(engine, compiled));
          PlanTable.lines(graph, inputs, session).forEach(lines);
        });
  }

  private String title(Engine engine, double compileSeconds) {
    return String.format(
        Locale.ROOT,
        "%s, %s, batch %d, on %s, compiled in %.1f s",
        model,
        mode.name().toLowerCase(Locale.ROOT),
        batch,
        engine.isa(),
        compileSeconds);
  }

  private interface Measurement {
    void of(
        Engine engine,
        GraphModule graph,
        Session session,
        List<Tensor> inputs,
        double compileSeconds);
  }

  private void with(QuantizationMethod method, Consumer<String> told, Measurement measurement) {
    ModelSteps steps =
        ModelSource.load(new Configuration(), model.toString(), options, method)
            .forBatch(batch, told)
            .steps();
    List<TensorSpec> specs = inputs(steps);
    Engine engine = provider.start();
    List<Tensor> inputs = SampleInputs.of(specs);
    GraphModule graph = graph(steps, engine, specs, inputs);
    long begin = System.nanoTime();
    try (Session session = engine.compile(graph, specs)) {
      measurement.of(engine, graph, session, inputs, (System.nanoTime() - begin) / 1e9);
    }
  }

  private ObjectNode line(Engine engine, Session session, Throughput throughput) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("model", model.toString())
        .put("mode", mode.name().toLowerCase(Locale.ROOT))
        .put("batch", batch)
        .put("threads", threads)
        .put("seconds", time.toMillis() / 1000.0)
        .put("batches", throughput.batches())
        .put("samplesPerSecond", rounded(throughput.samplesPerSecond()))
        .put("samplesPerCpuSecond", rounded(throughput.samplesPerCpuSecond()))
        .put("engine", engine.name())
        .put("isa", engine.isa())
        .put("numerics", engine.numerics().toString());
    line.set("int8", BenchReport.int8(session.integerLayers()));
    line.putObject("memory")
        .put("sharedBytes", session.memory().sharedBytes())
        .put("contextBytes", session.memory().contextBytes());
    line.set("kernels", BenchReport.kernels(session));
    return line;
  }

  private static double rounded(double rate) {
    return Math.round(rate * 10) / 10.0;
  }

  private List<TensorSpec> inputs(ModelSteps steps) {
    return steps.fields(steps.float32(), batch).stream()
        .map((SampleField f) -> f.batched(batch))
        .toList();
  }

  private GraphModule graph(
      ModelSteps steps, Engine engine, List<TensorSpec> specs, List<Tensor> inputs) {
    return switch (mode) {
      case FLOAT -> steps.float32();
      case OBSERVED -> steps.prepared();
      case INT8 ->
          steps.int8(
              steps.calibrated(SolvedCalibration.unsolved(observe(steps, engine, specs, inputs))));
    };
  }

  /** What the observers see of one batch. */
  private CalibrationState observe(
      ModelSteps steps, Engine engine, List<TensorSpec> specs, List<Tensor> inputs) {
    Digest none = Digest.of(new byte[0]);
    CalibrationState state = new CalibrationState(new CalibrationKey(none, none, none));
    try (Session session = engine.compile(steps.prepared(), specs);
        ExecutionContext context = session.newContext()) {
      context.run(inputs, batch);
      context.drainStatistics().forEach(state::add);
      state.addSamples(new SampleCounts(batch, 0, 0));
    }
    return state;
  }
}
