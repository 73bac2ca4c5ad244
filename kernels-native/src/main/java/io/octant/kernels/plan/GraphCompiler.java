package io.octant.kernels.plan;

import io.octant.OctantException;
import io.octant.engine.PlanStep;
import io.octant.graph.Arguments;
import io.octant.graph.GraphException;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.None;
import io.octant.graph.Operation;
import io.octant.kernels.binding.Kernels;
import io.octant.kernels.binding.MemoryLayout;
import io.octant.kernels.binding.UnsupportedKernelException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lowers a graph node by node for fixed input shapes. One use. */
final class GraphCompiler {
  private final GraphModule model;
  private final List<TensorSpec> inputs;
  private final PlanBuilder plan;
  private final Map<String, BatchAxis> batchAxes;
  private final Map<Node, Object> values = new HashMap<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();
  private final Map<Module, Integer> observers = new IdentityHashMap<>();
  private final List<String> observerPaths = new ArrayList<>();

  private GraphCompiler(
      GraphModule model,
      List<TensorSpec> inputs,
      PlanBuilder.Mode mode,
      Map<String, BatchAxis> batchAxes) {
    this.model = model;
    this.inputs = inputs;
    this.plan = new PlanBuilder(mode);
    this.batchAxes = batchAxes;
  }

  /**
   * Compiles.
   *
   * @throws OctantException naming the node that cannot be compiled
   */
  static Plan compile(GraphModule model, List<TensorSpec> inputs) {
    Map<String, BatchAxis> axes = Observation.isObserved(model) ? axes(model, inputs) : Map.of();
    return new GraphCompiler(model, inputs, PlanBuilder.Mode.KERNELS, axes).run();
  }

  /** Shapes of all tensors, without making kernels. */
  private static Map<String, Shape> shapes(GraphModule model, List<TensorSpec> inputs) {
    GraphCompiler compiler =
        new GraphCompiler(model, inputs, PlanBuilder.Mode.SHAPES_ONLY, Map.of());
    compiler.run();
    return compiler.shapes;
  }

  private static Map<String, BatchAxis> axes(GraphModule model, List<TensorSpec> inputs) {
    int batch = inputs.get(0).shape().dim(0);
    List<TensorSpec> more =
        inputs.stream()
            .map(s -> new TensorSpec(s.name(), s.dtype(), s.shape().withDim(0, batch + 1)))
            .toList();
    Map<String, Shape> small = shapes(model, inputs);
    Map<String, BatchAxis> axes = BatchAxes.of(small, shapes(model, more), batch);
    for (Node n : model.graph()) {
      BatchAxes.requireSamplesTogether(n, small, axes);
    }
    return axes;
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
      define(
          placeholders.get(i), new Activation(s.dtype(), s.shape(), null).inSlot(plan.newSlot()));
    }
    for (Node n : model.graph()) {
      if (n.isOutput()) {
        return plan(resolve(n.arg(0)));
      }
      if (!n.isPlaceholder()) {
        plan.at(n);
        define(n, guarded(n));
      }
    }
    throw new GraphException("Cannot compile a graph without an output node");
  }

  private void define(Node n, Object value) {
    // What more than one consumer needs cannot join any of them.
    if (n.users().size() != 1) {
      Values.activations(value).stream().filter(a -> a.pending() != null).forEach(plan::resident);
    }
    if (value instanceof Activation a) {
      shapes.put(n.name(), a.shape());
    } else if (value instanceof Tensor t) {
      shapes.put(n.name(), t.shape());
    }
    values.put(n, value);
  }

  private Object resolve(Object argument) {
    return Arguments.map(argument, values::get);
  }

  private Object guarded(Node n) {
    try {
      return lower(n);
    } catch (GraphException e) {
      throw e;
    } catch (OctantException | IndexOutOfBoundsException | ArithmeticException e) {
      String source = n.scope().source().isEmpty() ? "" : " from " + n.scope().source();
      throw new GraphException(
          "Cannot compile node "
              + n.name()
              + " ("
              + n.target()
              + ")"
              + source
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private Object lower(Node n) {
    if (n.operation() instanceof Operation.GetAttr g) {
      return model.attribute(g.target());
    }
    List<Object> args = n.args().stream().map(this::resolve).toList();
    Map<String, Object> kwargs = new LinkedHashMap<>();
    n.kwargs().forEach((k, v) -> kwargs.put(k, resolve(v)));
    if (n.operation() instanceof Operation.CallModule m
        && Observation.observes(model.module(m.target()))) {
      return observe(m.target(), (Node) n.arg(0), args.get(0));
    }
    Call call = new Call(model, n, args, kwargs);
    if (Values.isConstant(args) && Values.isConstant(kwargs)) {
      return call.evaluate(model, args, kwargs);
    }
    LoweringTable.Entry entry = Lowerings.all().find(model, n);
    if (entry == null) {
      return reference(call, "no native kernel for " + model.typeOf(n));
    }
    try {
      return entry.lowering().lower(new Site(call, call.bind(entry.signature()), plan));
    } catch (UnsupportedKernelException e) {
      return reference(call, e.reason());
    }
  }

  // ---- observers

  private Object observe(String path, Node observed, Object value) {
    Activation x = value instanceof Tensor t ? plan.constant(t) : Call.activation(value);
    Module observer = model.module(path);
    int index = observers.computeIfAbsent(observer, m -> newObserver(path));
    Activation src = plan.dense(x);
    if (!src.isFloat()) {
      throw new OctantException("Cannot observe a tensor of " + src.dtype() + ", expected float32");
    }
    BatchAxis batch = batchAxes.getOrDefault(observed.name(), BatchAxis.SHARED);
    if (batch.equals(BatchAxis.UNKNOWN)) {
      throw new OctantException(
          "Cannot observe "
              + observed.name()
              + " of shape "
              + src.shape()
              + ": the micro-batch changes it along no single axis, expected a batch axis");
    }
    long elements = src.layout().elements();
    if (batch.equals(BatchAxis.SHARED)) {
      plan.emit(
          "observe_shared_f32",
          () -> Kernels.observeShared(elements, Kernels.FASTEST),
          plan.memory(src),
          new Operand.Observer(index));
    } else {
      long samples = src.layout().dim(batch.axis()) / batch.perSample();
      long outer = outer(src.layout(), batch.axis());
      long inner = elements / outer / samples;
      plan.emit(
          "observe_f32",
          () -> Kernels.observe(outer, samples, inner, Kernels.FASTEST),
          plan.memory(src),
          new Operand.Observer(index));
    }
    return value instanceof Tensor ? value : src;
  }

  /** Elements of the axes that memory walks slower than {@code axis}. */
  private static long outer(MemoryLayout layout, int axis) {
    long n = 1;
    for (int i = 0; i < layout.rank(); i++) {
      if (i != axis && layout.dim(i) > 1 && layout.stride(i) > layout.stride(axis)) {
        n *= layout.dim(i);
      }
    }
    return n;
  }

  private int newObserver(String path) {
    observerPaths.add(path);
    return plan.newObserver();
  }

  // ---- reference

  /** The shape of the result is found by running the operator once, on zeros. */
  private Object reference(Call call, String reason) {
    List<Object> zeros = call.args().stream().map(v -> Values.map(v, Zeros::like)).toList();
    Map<String, Object> keywords = new LinkedHashMap<>();
    call.kwargs().forEach((k, v) -> keywords.put(k, Values.map(v, Zeros::like)));
    boolean dynamic = call.node().target().contains("dynamic");
    Object result =
        Zeros.replaceTensors(
            call.evaluate(model, zeros, keywords),
            t ->
                new Activation(
                    t.dtype(), t.shape(), t.isQuantized() && !dynamic ? t.qparams() : null));
    plan.reference(call, result, reason);
    return result;
  }

  // ---- result

  private Plan plan(Object output) {
    Object boxed =
        Values.map(Zeros.replaceTensors(output, plan::constant), a -> plan.boxed(plan.resident(a)));
    List<TensorSpec> outputs = new ArrayList<>();
    for (Activation a : Values.activations(boxed)) {
      outputs.add(new TensorSpec("output" + outputs.size(), a.dtype(), a.shape()));
    }
    List<Step> live = LiveSteps.of(plan.steps(), Values.activations(boxed));
    return new Plan(
        model,
        inputs,
        outputs,
        live,
        shown(live),
        plan.slots(),
        Values.activations(boxed).stream().map(Activation::slot).toList(),
        observerPaths);
  }

  /** The steps, and before them the nodes that need none. */
  private List<PlanStep> shown(List<Step> steps) {
    Set<String> running = new HashSet<>();
    steps.forEach(s -> running.addAll(s.description().nodes()));
    List<PlanStep> out = new ArrayList<>();
    for (Node n : model.graph()) {
      if (!n.isPlaceholder() && !n.isOutput() && !running.contains(n.name())) {
        boolean constant = Values.isConstant(values.getOrDefault(n, None.NONE));
        out.add(
            new PlanStep(
                List.of(n.name()), constant ? "constant" : "view", PlanStep.Kernel.FOLDED, ""));
      }
    }
    steps.forEach(s -> out.add(s.description()));
    return out;
  }
}
