package io.octant.pipeline.execution;

import io.octant.calibration.Numerics;
import io.octant.calibration.Statistic;
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

/** The native engine whose every task fails once, after its first batch was observed. */
public final class FlakyNativeEngine implements Engine {
  /** Failures so far. */
  public static final AtomicInteger FAILURES = new AtomicInteger();

  private final Engine engine = Engines.NATIVE.start();

  /** Starts it on executors. */
  public enum Provider implements EngineProvider {
    FLAKY;

    @Override
    public Engine start() {
      return new FlakyNativeEngine();
    }
  }

  @Override
  public String name() {
    return engine.name();
  }

  @Override
  public String isa() {
    return engine.isa();
  }

  @Override
  public Numerics numerics() {
    return engine.numerics();
  }

  @Override
  public CoreLimits limits() {
    return CoreLimits.UNKNOWN;
  }

  @Override
  public Session compile(GraphModule model, List<TensorSpec> inputs) {
    return new FlakySession(engine.compile(model, inputs));
  }

  private record FlakySession(Session session) implements Session {
    @Override
    public List<TensorSpec> inputs() {
      return session.inputs();
    }

    @Override
    public List<TensorSpec> outputs() {
      return session.outputs();
    }

    @Override
    public List<PlanStep> plan() {
      return session.plan();
    }

    @Override
    public IntegerLayers integerLayers() {
      return session.integerLayers();
    }

    @Override
    public MemoryUse memory() {
      return session.memory();
    }

    @Override
    public ExecutionContext newContext() {
      return new FlakyContext(session.newContext());
    }

    @Override
    public ExecutionContext newContext(StepClock clock) {
      return newContext();
    }

    @Override
    public void close() {
      session.close();
    }
  }

  private static final class FlakyContext implements ExecutionContext {
    private final ExecutionContext context;

    FlakyContext(ExecutionContext context) {
      this.context = context;
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs, int validSamples) {
      List<Tensor> outputs = context.run(inputs, validSamples);
      if (TaskContext.get().attemptNumber() == 0) {
        FAILURES.incrementAndGet();
        throw new IllegalStateException("injected failure");
      }
      return outputs;
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
