package io.octant.engine.reference;

import io.octant.OctantException;
import io.octant.calibration.TensorStatistics;
import io.octant.engine.ExecutionContext;
import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.graph.Interpreter;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.fakequant.FakeQuantizeModule;
import io.octant.shape.BatchAxis;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One thread's copy of the modules, and its observers' accumulators. */
final class ReferenceContext implements ExecutionContext {
  private final ReferenceSession session;
  private final Interpreter interpreter;
  private Map<String, TensorStatistics> statistics = new LinkedHashMap<>();
  private int validSamples;
  private boolean closed;

  ReferenceContext(ReferenceSession session) {
    this.session = session;
    this.interpreter = new Observing(session.model().copyGraphModule());
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
    int batch = specs.isEmpty() ? 1 : specs.get(0).shape().dim(0);
    if (validSamples < 0 || validSamples > batch) {
      throw new OctantException(
          "Cannot run graph: " + validSamples + " valid samples, expected 0 to " + batch);
    }
    this.validSamples = validSamples;
    return Arguments.all(interpreter.run(List.copyOf(inputs), Map.of()), Tensor.class);
  }

  @Override
  public Map<String, TensorStatistics> drainStatistics() {
    requireOpen();
    Map<String, TensorStatistics> out = new LinkedHashMap<>();
    session
        .observers()
        .values()
        .forEach(
            path ->
                out.computeIfAbsent(path, p -> statistics.getOrDefault(p, new TensorStatistics())));
    statistics = new LinkedHashMap<>();
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
    TensorStatistics into = statistics.computeIfAbsent(path, p -> new TensorStatistics());
    float[] values = floats(value);
    if (!axis.exists()) {
      // The same for every sample: it counts once for each, whatever the micro-batches.
      TensorStatistics once = new TensorStatistics();
      once.update(values);
      into.merge(once, validSamples);
      return;
    }
    int sample = value.shape().strides()[axis.axis()] * axis.rowsPerSample();
    int period = sample * (value.shape().dim(axis.axis()) / axis.blocks() / axis.rowsPerSample());
    int length = sample * validSamples;
    for (int from = 0; from < values.length; from += period) {
      into.update(values, from, from + length);
    }
  }

  private static float[] floats(Tensor t) {
    if (t.dtype().storage() == DType.Storage.FLOATS) {
      return t.floats();
    }
    float[] out = new float[t.numel()];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) t.doubleAt(i);
    }
    return out;
  }

  /** Sends what observers see to the context's accumulators; fake quantizes run as they are. */
  private final class Observing extends Interpreter {
    Observing(GraphModule copy) {
      super(copy);
    }

    @Override
    protected Object runNode(Node node, List<Object> args, Map<String, Object> kwargs) {
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
