package io.octant.pipeline.execution;

import io.octant.OctantException;
import io.octant.calibration.Numerics;
import io.octant.calibration.Statistic;
import io.octant.calibration.TensorStatistics;
import io.octant.engine.CoreLimits;
import io.octant.engine.Engine;
import io.octant.engine.ExecutionContext;
import io.octant.engine.IntegerLayers;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.engine.StepClock;
import io.octant.graph.GraphModule;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;

/**
 * Gives its first input back, times the model's weight, and observes the input as "observer": the
 * mechanics of jobs almost without arithmetic. Counts what is compiled and left open, and fails on
 * demand.
 */
public class TestEngine implements Engine {
  public static final AtomicInteger COMPILED = new AtomicInteger();
  public static final AtomicInteger OPEN_SESSIONS = new AtomicInteger();
  public static final AtomicInteger OPEN_CONTEXTS = new AtomicInteger();

  /** Runs after the first batch of a task's first attempt. */
  public static volatile Runnable onFirstAttempt = () -> {};

  @Override
  public String name() {
    return "test";
  }

  @Override
  public String isa() {
    return "test-isa";
  }

  @Override
  public Numerics numerics() {
    return new Numerics(name(), isa(), "", "", 1);
  }

  @Override
  public CoreLimits limits() {
    return CoreLimits.UNKNOWN;
  }

  @Override
  public Session compile(GraphModule model, List<TensorSpec> inputs) {
    if (model.graph().size() > 2) {
      throw new OctantException("Cannot compile a graph of more than two nodes");
    }
    COMPILED.incrementAndGet();
    OPEN_SESSIONS.incrementAndGet();
    return new TestSession(inputs, model.tensor("weight").floats()[0]);
  }

  private record TestSession(List<TensorSpec> inputs, float weight) implements Session {
    @Override
    public List<TensorSpec> outputs() {
      return inputs;
    }

    @Override
    public List<PlanStep> plan() {
      return List.of();
    }

    @Override
    public IntegerLayers integerLayers() {
      return new IntegerLayers(List.of());
    }

    @Override
    public MemoryUse memory() {
      return new MemoryUse(0, 0);
    }

    @Override
    public ExecutionContext newContext() {
      OPEN_CONTEXTS.incrementAndGet();
      return new TestContext(weight);
    }

    @Override
    public ExecutionContext newContext(StepClock clock) {
      return newContext();
    }

    @Override
    public void close() {
      OPEN_SESSIONS.decrementAndGet();
    }
  }

  private static final class TestContext implements ExecutionContext {
    private TensorStatistics statistics = new TensorStatistics();
    private final float weight;
    private boolean ran;

    TestContext(float weight) {
      this.weight = weight;
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs, int validSamples) {
      if (ran && TaskContext.get() != null && TaskContext.get().attemptNumber() == 0) {
        onFirstAttempt.run();
      }
      ran = true;
      Tensor x = inputs.get(0);
      statistics.update(x.floats(), 0, validSamples * (x.numel() / x.shape().dim(0)));
      float[] y = x.floats().clone();
      for (int i = 0; i < y.length; i++) {
        y[i] *= weight;
      }
      return List.of(Tensor.of(x.dtype(), x.shape(), y));
    }

    @Override
    public Map<String, Statistic<?>> drainStatistics() {
      TensorStatistics drained = statistics;
      statistics = new TensorStatistics();
      ran = false;
      return Map.of("observer", drained);
    }

    @Override
    public void close() {
      OPEN_CONTEXTS.decrementAndGet();
    }
  }

  /** Starts it on executors. */
  enum Provider implements EngineProvider {
    TEST;

    @Override
    public Engine start() {
      return new TestEngine();
    }
  }
}
