package io.octant.engine.reference;

import io.octant.engine.ExecutionContext;
import io.octant.engine.IntegerLayers;
import io.octant.engine.MemoryBudget;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.engine.StepClock;
import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import io.octant.shape.BatchAxes;
import io.octant.shape.BatchAxis;
import io.octant.shape.ShapeInterpreter;
import io.octant.shape.Zeros;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A graph with what the engine found out about it at compile time. */
final class ReferenceSession implements Session {
  private final GraphModule model;
  private final List<TensorSpec> inputs;
  private final List<TensorSpec> outputs;
  private final Map<String, String> observers;
  private final Map<String, BatchAxis> observedAxes;
  private final MemoryUse memory;
  private volatile boolean closed;

  ReferenceSession(GraphModule model, List<TensorSpec> inputs, MemoryBudget budget) {
    this.model = model;
    this.inputs = inputs;
    LiveValues live = new LiveValues(model, budget);
    List<Object> zeros = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Tensor zero = Zeros.of(inputs.get(i).dtype(), inputs.get(i).shape());
      live.has(model.graph().placeholders().get(i).name(), zero);
      zeros.add(zero);
    }
    ShapeInterpreter shapes =
        new ShapeInterpreter(
            model.copyGraphModule(), (node, value) -> live.has(node.name(), value));
    this.outputs = specs(Arguments.all(shapes.run(zeros, Map.of()), Tensor.class));
    this.observers = ObserverPaths.of(model);
    this.observedAxes = observers.isEmpty() ? Map.of() : observedAxes();
    this.memory = new MemoryUse(weightBytes(), live.peak());
  }

  /** Batch axes by observer node name; a micro-batch of one sample is never padded. */
  private Map<String, BatchAxis> observedAxes() {
    BatchAxes axes = BatchAxes.of(model, inputs);
    Map<String, BatchAxis> out = new HashMap<>();
    for (String name : observers.keySet()) {
      Node observer = model.graph().node(name);
      if (!axes.isCovered(model, observer)) {
        out.put(name, axes.axis(observer));
      }
    }
    return out;
  }

  private static List<TensorSpec> specs(List<Tensor> tensors) {
    List<TensorSpec> out = new ArrayList<>();
    for (Tensor t : tensors) {
      out.add(new TensorSpec("output_" + out.size(), t.dtype(), t.shape()));
    }
    return List.copyOf(out);
  }

  private long weightBytes() {
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    model.forEachModule(
        (path, m) -> {
          seen.addAll(m.parameters().values());
          seen.addAll(m.buffers().values());
        });
    return seen.stream().mapToLong(t -> (long) t.numel() * t.dtype().bytes()).sum();
  }

  GraphModule model() {
    return model;
  }

  /** Observer node name to the path that names its module, in execution order. */
  Map<String, String> observers() {
    return observers;
  }

  /** Where the samples of an observed value are; null if it is not to be observed here. */
  @Nullable BatchAxis findObservedAxis(String node) {
    return observedAxes.get(node);
  }

  @Override
  public List<TensorSpec> inputs() {
    return inputs;
  }

  @Override
  public List<TensorSpec> outputs() {
    return outputs;
  }

  @Override
  public List<PlanStep> plan() {
    List<PlanStep> out = new ArrayList<>();
    for (Node n : model.graph()) {
      PlanStep step = findStep(n);
      if (step != null) {
        out.add(step);
      }
    }
    return out;
  }

  /** How the plan shows a node; null for inputs, constants and the output. */
  @Nullable PlanStep findStep(Node node) {
    TargetType type = model.typeOf(node);
    return type == null
        ? null
        : PlanStep.reference(List.of(node.name()), type.name(), "reference engine");
  }

  @Override
  public IntegerLayers integerLayers() {
    return IntegerLayers.of(model, "reference engine");
  }

  @Override
  public MemoryUse memory() {
    return memory;
  }

  @Override
  public ExecutionContext newContext() {
    return newContext((step, nanos) -> {});
  }

  @Override
  public ExecutionContext newContext(StepClock clock) {
    requireOpen();
    return new ReferenceContext(this, clock);
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Session is closed");
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
