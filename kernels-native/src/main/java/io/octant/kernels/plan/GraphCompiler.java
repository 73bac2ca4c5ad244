package io.octant.kernels.plan;

import io.octant.OctantException;
import io.octant.engine.MemoryBudget;
import io.octant.engine.PlanStep;
import io.octant.graph.Arguments;
import io.octant.graph.GraphException;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Operation;
import io.octant.graph.PackedState;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.reference.binding.Signature;
import io.octant.shape.LateValues;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lowers a graph node by node for fixed input shapes. One use. */
class GraphCompiler {
  private final GraphModule model;
  private final List<TensorSpec> inputs;
  private final PlanBuilder plan = new PlanBuilder();
  private final Observation observation;
  private final LateValues late;
  private final Map<Node, Object> values = new HashMap<>();
  private final MemoryBudget heap = MemoryBudget.heap();
  private long heldOnHeap;

  /**
   * A compiler of a graph.
   *
   * @param observation how observers are lowered
   */
  GraphCompiler(GraphModule model, List<TensorSpec> inputs, Observation observation) {
    this.model = model;
    this.inputs = inputs;
    this.observation = observation;
    this.late = LateValues.of(model);
  }

  /**
   * Compiles.
   *
   * @throws OctantException naming the node that cannot be compiled
   */
  static Plan compile(GraphModule model, List<TensorSpec> inputs) {
    return new GraphCompiler(model, inputs, Observation.of(model, inputs)).compile();
  }

  /** Lowers all nodes. */
  final Plan compile() {
    boolean done = false;
    try {
      Plan out = run();
      done = true;
      return out;
    } finally {
      if (!done) {
        plan.discard();
      }
    }
  }

  final PlanBuilder plan() {
    return plan;
  }

  final GraphModule model() {
    return model;
  }

  private Plan run() {
    List<Node> placeholders = model.graph().placeholders();
    if (placeholders.size() != inputs.size()) {
      throw new GraphException(
          "Cannot compile graph: "
              + inputs.size()
              + " input specs, expected "
              + placeholders.size()
              + " "
              + placeholders);
    }
    for (int i = 0; i < inputs.size(); i++) {
      TensorSpec s = inputs.get(i);
      Activation given = new Activation(s.dtype(), s.shape(), null);
      hold(placeholders.get(i), given, 0);
      define(placeholders.get(i), given.inSlot(plan.newSlot()));
    }
    for (Node n : model.graph()) {
      if (n.isOutput()) {
        return finished(n);
      }
      if (!n.isPlaceholder()) {
        begin(n);
        define(n, guarded(n));
      }
    }
    throw new GraphException("Cannot compile a graph without an output node");
  }

  /**
   * A context holds every tensor that a run puts on the Java heap until the run ends.
   *
   * @param workingElements of what a node reads and makes there, which kernels hold as doubles
   */
  private void hold(Node n, Object tensors, long workingElements) {
    for (Activation a : Arguments.all(tensors, Activation.class)) {
      if (a.slot() < 0) {
        heldOnHeap += (long) a.shape().numel() * a.dtype().bytes();
      }
    }
    heap.require(n, heldOnHeap + workingElements * Double.BYTES);
  }

  /** Hears of each node before it is lowered. */
  void begin(Node n) {
    plan.at(n);
  }

  private static long elements(Object value) {
    return Arguments.all(value, Activation.class).stream().mapToLong(a -> a.shape().numel()).sum();
  }

  private void define(Node n, Object value) {
    // What more than one consumer needs cannot join any of them.
    if (n.users().size() != 1) {
      Arguments.all(value, Activation.class).stream()
          .filter(a -> a.pending() != null)
          .forEach(plan::resident);
    }
    values.put(n, value);
  }

  final Object resolve(Object argument) {
    return Arguments.map(argument, values::get);
  }

  private Object guarded(Node n) {
    try {
      return lower(n);
    } catch (GraphException e) {
      throw e;
    } catch (OctantException | IndexOutOfBoundsException | ArithmeticException e) {
      throw new GraphException("Cannot compile node " + n.described() + ": " + e.getMessage(), e);
    }
  }

  Object lower(Node n) {
    if (n.operation() instanceof Operation.GetAttr g) {
      return model.attribute(g.target());
    }
    Call call = call(n);
    List<Object> args = call.args();
    Map<String, Object> kwargs = call.kwargs();
    if (late.contains(n)) {
      LateResult result = new LateResult(plan.newSlot());
      plan.reference(call, result, "its shape is known when it runs only");
      return result;
    }
    if (observation.isObserver(n)) {
      Object seen = observation.observe(plan, n, args.get(0));
      return observation.isFakeQuantize(n)
          ? reference(new Call(model, n, List.of(seen), kwargs), "fake quantizes")
          : seen;
    }
    if (isConstant(args) && isConstant(kwargs)) {
      return call.evaluate(model, args, kwargs);
    }
    LoweringTable.Entry entry = Lowerings.all().find(model, n);
    if (entry == null) {
      return reference(call, "no native kernel for " + model.typeOf(n));
    }
    try {
      Signature signature = entry.signature();
      return entry.lowering().lower(new Site(call, signature.first(), call.bind(signature), plan));
    } catch (UnsupportedKernelException e) {
      return reference(call, e.reason());
    }
  }

  /** A node with its arguments resolved. */
  final Call call(Node n) {
    List<Object> args = n.args().stream().map(this::resolve).toList();
    Map<String, Object> kwargs = new LinkedHashMap<>();
    n.kwargs().forEach((k, v) -> kwargs.put(k, resolve(v)));
    return new Call(model, n, args, kwargs);
  }

  /** Whether a value is known at compile time. */
  static boolean isConstant(Object value) {
    return Arguments.all(value, Placed.class).isEmpty();
  }

  // ---- reference

  /** The shape of the result is found by running the operator once, on zeros. */
  final Object reference(Call call, String reason) {
    List<Object> zeros =
        call.args().stream()
            .map(v -> Arguments.map(v, Activation.class, Activation::zeros))
            .toList();
    Map<String, Object> keywords =
        Arguments.mapValues(call.kwargs(), Activation.class, Activation::zeros);
    boolean dynamic = call.node().target().contains("dynamic");
    Object result =
        Arguments.map(
            call.shapes(zeros, keywords),
            Tensor.class,
            t ->
                new Activation(
                    t.dtype(), t.shape(), t.isQuantized() && !dynamic ? t.qparams() : null));
    List<Object> read = new ArrayList<>(call.args());
    read.addAll(call.kwargs().values());
    requireNoParameterOfRunTime(read, result);
    requireNoWeightOfRunTime(result);
    hold(call.node(), List.of(read, result), elements(read) + elements(result));
    plan.reference(call, result, reason);
    return result;
  }

  /** A number is taken for the same in every run, which parameters of dynamic tensors are not. */
  private static void requireNoParameterOfRunTime(List<Object> read, Object result) {
    boolean dynamic =
        Arguments.all(read, Activation.class).stream()
            .anyMatch(a -> a.dtype().isQuantized() && a.qparams() == null);
    if (dynamic && !Arguments.all(result, Number.class).isEmpty()) {
      throw new OctantException(
          "its number depends on the data, expected parameters of a tensor that is not quantized"
              + " dynamically");
    }
  }

  /** A packed weight is taken for the same in every run, and this one was packed from zeros. */
  private static void requireNoWeightOfRunTime(Object result) {
    if (!Arguments.all(result, PackedState.class).isEmpty()) {
      throw new OctantException(
          "its weight is computed when it runs, expected a constant one; a layer whose weight the"
              + " model computes stays in float without a qconfig");
    }
  }

  // ---- result

  /** The plan, once all nodes but the output are lowered. */
  private Plan finished(Node end) {
    for (Node n : end.inputs()) {
      hold(n, values.getOrDefault(n, None.NONE), 0);
    }
    Object output = resolve(end.arg(0));
    Object boxed =
        Arguments.map(
            Arguments.map(output, Activation.class, plan::result), Tensor.class, plan::result);
    returned(boxed);
    List<Placed> results = Arguments.all(boxed, Placed.class);
    List<TensorSpec> outputs = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      if (results.get(i) instanceof Activation a) {
        outputs.add(new TensorSpec("output" + i, a.dtype(), a.shape()));
      }
    }
    List<Step> live = LiveSteps.of(plan.steps(), results, live() != null);
    return new Plan(
        model,
        inputs,
        outputs,
        live,
        shown(live),
        plan.slots(),
        results.stream().map(Placed::slot).toList(),
        observation.paths(),
        live());
  }

  /** Hears of the graph's result, all tensors of which are in slots. */
  void returned(Object result) {}

  /** The modules that reference steps run on and move; null where a context may have copies. */
  @Nullable GraphModule live() {
    return null;
  }

  /** The steps, and before them the nodes that need none. */
  private List<PlanStep> shown(List<Step> steps) {
    Set<String> running = new HashSet<>();
    steps.forEach(s -> running.addAll(s.description().nodes()));
    List<PlanStep> out = new ArrayList<>();
    for (Node n : model.graph()) {
      if (!n.isPlaceholder() && !n.isOutput() && !running.contains(n.name())) {
        boolean constant = isConstant(values.getOrDefault(n, None.NONE));
        out.add(PlanStep.folded(n.name(), constant ? "constant" : "view"));
      }
    }
    steps.forEach(s -> out.add(s.description()));
    return out;
  }
}
