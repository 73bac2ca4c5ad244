package io.octant.engine.reference;

import io.octant.OctantException;
import io.octant.calibration.Accumulator;
import io.octant.calibration.Statistic;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Padding;
import io.octant.engine.PlanStep;
import io.octant.engine.StepClock;
import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Interpreter;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.quantization.observer.MergeableObserver;
import io.octant.shape.BatchAxis;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One thread's copy of the modules, and its observers' accumulators. */
final class ReferenceContext implements ExecutionContext {
  private final ReferenceSession session;
  private final StepClock clock;
  private final Interpreter interpreter;
  private final Map<String, Accumulator<?>> accumulators = new LinkedHashMap<>();
  private int validSamples;
  private boolean closed;

  ReferenceContext(ReferenceSession session, StepClock clock) {
    this.clock = clock;
    this.session = session;
    this.interpreter = new Observing(session.model().copyGraphModule());
    for (String path : session.observers().values()) {
      accumulators.computeIfAbsent(
          path, p -> MergeableObserver.newAccumulator(session.model().module(p)));
    }
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs, int validSamples) {
    requireOpen();
    List<TensorSpec> specs = session.inputs();
    if (inputs.size() != specs.size()) {
      throw new OctantException(
          "Cannot run graph: " + inputs.size() + " inputs, expected " + specs.size());
    }
    for (int i = 0; i < specs.size(); i++) {
      Tensor in = inputs.get(i);
      TensorSpec spec = specs.get(i);
      if (!in.shape().equals(spec.shape()) || in.dtype() != spec.dtype()) {
        throw new OctantException(
            "Cannot run graph on input "
                + spec.name()
                + ": "
                + in.description()
                + ", expected "
                + spec.dtype()
                + spec.shape());
      }
    }
    int batch = TensorSpec.batch(specs);
    if (validSamples < 0 || validSamples > batch) {
      throw new OctantException(
          "Cannot run graph: " + validSamples + " valid samples, expected 0 to " + batch);
    }
    this.validSamples = validSamples;
    return Arguments.all(interpreter.run(List.copyOf(inputs), Map.of()), Tensor.class);
  }

  @Override
  public Map<String, Statistic<?>> drainStatistics() {
    requireOpen();
    Map<String, Statistic<?>> out = new LinkedHashMap<>();
    accumulators.forEach((path, a) -> out.put(path, a.drain()));
    return out;
  }

  @Override
  public void close() {
    closed = true;
  }

  private void requireOpen() {
    session.requireOpen();
    if (closed) {
      throw new IllegalStateException("Execution context is closed");
    }
  }

  private void observe(Node node, String path, Tensor value) {
    BatchAxis axis = session.findObservedAxis(node.name());
    if (axis == null) {
      return;
    }
    Objects.requireNonNull(accumulators.get(path)).add(Padding.cut(value, axis, validSamples));
  }

  /** Sends what observers see to the context's accumulators; fake quantizes run as they are. */
  private final class Observing extends Interpreter {
    Observing(GraphModule copy) {
      super(copy);
    }

    @Override
    protected Object runNode(Node node, List<Object> args, Map<String, Object> kwargs) {
      long begin = System.nanoTime();
      Object value = value(node, args, kwargs);
      PlanStep step = session.findStep(node);
      if (step != null) {
        clock.took(step, System.nanoTime() - begin);
      }
      return value;
    }

    private Object value(Node node, List<Object> args, Map<String, Object> kwargs) {
      String path = session.observers().get(node.name());
      if (path == null) {
        return super.runNode(node, args, kwargs);
      }
      observe(node, path, (Tensor) args.get(0));
      return module.module(((Operation.CallModule) node.operation()).target())
              instanceof FakeQuantizeModule
          ? super.runNode(node, args, kwargs)
          : args.get(0);
    }
  }
}
