package io.octant.kernels.plan;

import io.octant.calibration.Statistic;
import io.octant.engine.ExecutionContext;
import io.octant.engine.IntegerLayers;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.engine.StepClock;
import io.octant.graph.GraphModule;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs batches in parts, one behind the other in the memory of one, see {@link MicroBatch}. */
public final class DividedSession implements Session {
  private final CompiledSession part;
  private final List<TensorSpec> inputs;
  private final int samples;

  private DividedSession(CompiledSession part, List<TensorSpec> inputs, int samples) {
    this.part = part;
    this.inputs = List.copyOf(inputs);
    this.samples = samples;
  }

  /**
   * Compiles a graph for a batch, or for parts of it where that is faster.
   *
   * @throws io.octant.OctantException naming the node that cannot be compiled
   */
  public static Session compile(GraphModule model, List<TensorSpec> inputs) {
    MicroBatch.Part part = MicroBatch.findPart(model, inputs);
    return part == null
        ? CompiledSession.compile(model, inputs)
        : new DividedSession(
            CompiledSession.compile(model, part.inputs(), part.axes()), inputs, part.samples());
  }

  @Override
  public List<TensorSpec> inputs() {
    return inputs;
  }

  @Override
  public List<TensorSpec> outputs() {
    return part.outputs().stream().map(this::whole).toList();
  }

  private TensorSpec whole(TensorSpec output) {
    int rows = output.shape().dim(0) * parts();
    return new TensorSpec(output.name(), output.dtype(), output.shape().withDim(0, rows));
  }

  private int parts() {
    return TensorSpec.batch(inputs) / samples;
  }

  /** The steps of a part; a run takes each of them once a part. */
  @Override
  public List<PlanStep> plan() {
    return part.plan();
  }

  @Override
  public IntegerLayers integerLayers() {
    return part.integerLayers();
  }

  @Override
  public MemoryUse memory() {
    return part.memory();
  }

  @Override
  public ExecutionContext newContext() {
    return new Parts(part.newContext());
  }

  @Override
  public ExecutionContext newContext(StepClock clock) {
    return new Parts(part.newContext(clock));
  }

  @Override
  public void close() {
    part.close();
  }

  private final class Parts implements ExecutionContext {
    private final ExecutionContext context;

    /** The inputs of the part under way, in the same memory for all. */
    private final List<Tensor> part =
        inputs.stream()
            .map(s -> Tensor.zeros(s.dtype(), s.shape().withDim(0, samples), null))
            .toList();

    Parts(ExecutionContext context) {
      this.context = context;
    }

    @Override
    public List<Tensor> run(List<Tensor> values, int validSamples) {
      RunInputs.check(inputs, values, validSamples);
      List<List<Tensor>> results = new ArrayList<>();
      for (int i = 0; i < parts(); i++) {
        int from = i * samples;
        int valid = Math.max(0, Math.min(samples, validSamples - from));
        for (int k = 0; k < part.size(); k++) {
          Rows.copy(values.get(k), from, part.get(k));
        }
        results.add(context.run(part, valid).stream().map(this::own).toList());
      }
      List<Tensor> joined = new ArrayList<>();
      for (int o = 0; o < results.get(0).size(); o++) {
        int output = o;
        joined.add(Rows.join(results.stream().map(r -> r.get(output)).toList()));
      }
      return joined;
    }

    /** An output in the memory of an input would be overwritten by the next part. */
    private Tensor own(Tensor output) {
      return part.stream().anyMatch(input -> Rows.shareMemory(input, output))
          ? Rows.join(List.of(output))
          : output;
    }

    @Override
    public Map<String, Statistic<?>> drainStatistics() {
      return context.drainStatistics();
    }

    @Override
    public void close() {
      context.close();
    }
  }
}
