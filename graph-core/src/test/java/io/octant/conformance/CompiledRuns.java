package io.octant.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import io.octant.OctantException;
import io.octant.calibration.TensorStatistics;
import io.octant.engine.Engine;
import io.octant.engine.ExecutionContext;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.Tuple;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Runs the graphs of a suite on a compiling engine as well, where it covers them, and counts how
 * far that is.
 *
 * <p>A graph is covered if the engine's plan has a step of its own kernels. One with no such step
 * would only repeat what the reference operators have shown, and one whose inputs are no plain
 * tensors cannot be compiled; both are counted, not run.
 */
final class CompiledRuns {
  /** How an engine stands to one graph. */
  private enum Coverage {
    /** Every step runs on the engine's kernels. */
    WHOLE,
    /** Some steps fall back on the reference operators. */
    PART,
    /** Every step does. */
    NONE,
    /** Inputs that no engine compiles: scalars, quantized tensors, a tensor without axes. */
    INPUTS,
    /** The engine says that it cannot compile the graph. */
    REFUSED
  }

  private final Engine engine;
  private final Map<String, Map<Coverage, Integer>> stages = new LinkedHashMap<>();
  private final Map<String, Integer> refusals = new TreeMap<>();

  CompiledRuns(Engine engine) {
    this.engine = engine;
  }

  /** The engines on the class path: graph-core has none, kernels-native the native one. */
  static List<CompiledRuns> onClassPath() {
    List<CompiledRuns> out = new ArrayList<>();
    ServiceLoader.load(Engine.class).forEach(e -> out.add(new CompiledRuns(e)));
    return out;
  }

  /**
   * Runs one batch and compares the output with a recorded one.
   *
   * @throws Difference at the first difference that no rounding of ties explains
   */
  void compareOutput(
      String stage, GraphModule model, List<Object> inputs, Object want, Tolerance tolerance) {
    Session session = compile(stage, model, inputs);
    if (session == null) {
      return;
    }
    try (session;
        ExecutionContext context = session.newContext()) {
      Iterator<Tensor> outputs = context.run(tensors(inputs), samples(inputs)).iterator();
      Object actual = inPlaceOf(want, outputs);
      Object expected =
          tolerance.accepts(want, actual)
              ? want
              // The last bit of a sum is the engine's own, and so is the way of a tie behind it.
              : TieBreaks.follow(model, inputs, rounded(model, inputs));
      tolerance.compare(engine.name() + " engine: " + stage + " output", expected, actual);
    }
  }

  /** What the engine's roundings gave, dequantized, by the name of the node that rounds. */
  private Map<String, Tensor> rounded(GraphModule model, List<Object> inputs) {
    GraphModule traced = model.copyGraphModule();
    Map<String, Node> shown = new LinkedHashMap<>();
    for (Node n : traced.graph()) {
      if (n.target().contains("dequantize")) {
        n.inputs().forEach(rounding -> shown.put(rounding.name(), n));
      } else if (n.operation() instanceof Operation.CallModule
          && traced.moduleOf(n) instanceof FakeQuantizeModule) {
        shown.put(n.name(), n);
      }
    }
    traced.graph().outputNode().setArg(0, new Tuple(List.copyOf(shown.values())));
    Map<String, Tensor> out = new LinkedHashMap<>();
    try (Session session = engine.compile(traced, specs(inputs));
        ExecutionContext context = session.newContext()) {
      Iterator<Tensor> values = context.run(tensors(inputs), samples(inputs)).iterator();
      shown.keySet().forEach(name -> out.put(name, values.next()));
    }
    return out;
  }

  /**
   * Observes the calibration batches and compares ranges with those that PyTorch's observers
   * recorded: those of observers that keep the smallest and the largest value, floats to 1e-5 of
   * the larger of both.
   *
   * @throws Difference at the first difference
   */
  void compareRanges(GraphModule prepared, List<List<Object>> batches, JsonNode observers) {
    Map<String, TensorStatistics> all = new LinkedHashMap<>();
    for (List<Object> batch : batches) {
      // a copy, as modules that an engine hands to the reference operators keep what they observe
      Session session = compile("observed", prepared.copyGraphModule(), batch);
      if (session == null) {
        return;
      }
      try (session;
          ExecutionContext context = session.newContext()) {
        context.run(tensors(batch), samples(batch));
        TensorStatistics.KIND
            .all(context.drainStatistics())
            .forEach((k, v) -> all.computeIfAbsent(k, p -> new TensorStatistics()).merge(v));
      }
    }
    all.forEach((path, seen) -> compareRange(path, prepared, seen, observers.path(path)));
  }

  private void compareRange(
      String path, GraphModule prepared, TensorStatistics seen, JsonNode want) {
    if (!(prepared.module(path) instanceof ActivationPostProcess observer)
        || !observer.type().name().matches(".*\\.(MinMax|Histogram)Observer")
        || want.path("min_val").size() != 1
        || !Double.isFinite(ObserverCases.number(want.path("min_val").get(0)))) {
      return;
    }
    float min = (float) ObserverCases.number(want.path("min_val").get(0));
    float max = (float) ObserverCases.number(want.path("max_val").get(0));
    new Tolerance(1e-5, 0, 0)
        .compare(
            engine.name() + " engine: range of observer '" + path + "'",
            Tensor.of(new float[] {min, max}, 2),
            Tensor.of(new float[] {seen.min(), seen.max()}, 2));
  }

  /** A session, or null if the graph is not covered. */
  private Session compile(String stage, GraphModule model, List<Object> inputs) {
    if (!inputs.stream().allMatch(CompiledRuns::isPlainTensor)) {
      count(stage, Coverage.INPUTS);
      return null;
    }
    Session session;
    try {
      session = engine.compile(model, specs(inputs));
    } catch (OctantException e) {
      refusals.merge(stage + ": " + e.getMessage(), 1, Integer::sum);
      count(stage, Coverage.REFUSED);
      return null;
    }
    Coverage coverage = coverage(session.plan());
    count(stage, coverage);
    if (coverage == Coverage.NONE) {
      session.close();
      return null;
    }
    return session;
  }

  private static List<TensorSpec> specs(List<Object> inputs) {
    List<TensorSpec> specs = new ArrayList<>();
    for (Tensor t : tensors(inputs)) {
      specs.add(new TensorSpec("input" + specs.size(), t.dtype(), t.shape()));
    }
    return specs;
  }

  private static Coverage coverage(List<PlanStep> plan) {
    boolean own = plan.stream().anyMatch(s -> s.kernel() == PlanStep.Kernel.NATIVE);
    boolean borrowed = plan.stream().anyMatch(s -> s.kernel() == PlanStep.Kernel.REFERENCE);
    return !own ? Coverage.NONE : borrowed ? Coverage.PART : Coverage.WHOLE;
  }

  private void count(String stage, Coverage coverage) {
    stages
        .computeIfAbsent(stage, s -> new EnumMap<>(Coverage.class))
        .merge(coverage, 1, Integer::sum);
  }

  private static boolean isPlainTensor(Object value) {
    return value instanceof Tensor t
        && !t.isQuantized()
        && t.shape().rank() > 0
        && t.dtype() != DType.BOOL;
  }

  private static int samples(List<Object> inputs) {
    return ((Tensor) inputs.get(0)).shape().dim(0);
  }

  private static List<Tensor> tensors(List<Object> inputs) {
    return inputs.stream().map(Tensor.class::cast).toList();
  }

  /** The flat outputs of a session in the structure that the graph returns. */
  private static Object inPlaceOf(Object value, Iterator<Tensor> outputs) {
    return Arguments.map(value, Tensor.class, t -> outputs.next());
  }

  /** Graphs of a stage that ran on the engine's own kernels from end to end. */
  int entirelyCompiled(String stage) {
    return stages.getOrDefault(stage, Map.of()).getOrDefault(Coverage.WHOLE, 0);
  }

  /** Prints a table of runs by stage. */
  void report(PrintStream out) {
    out.printf("%nruns on the %s engine (%s)%n", engine.name(), engine.isa());
    out.printf(
        "%-28s %7s %7s %7s %7s %7s %7s%n",
        "stage", "whole", "part", "none", "inputs", "refused", "inexact");
    stages.forEach(
        (stage, n) -> {
          out.printf("%-28s", stage);
          for (Coverage c : Coverage.values()) {
            out.printf(" %7d", n.getOrDefault(c, 0));
          }
          out.println();
        });
    refusals.forEach((reason, n) -> out.printf("refused %d times: %s%n", n, reason));
  }
}
