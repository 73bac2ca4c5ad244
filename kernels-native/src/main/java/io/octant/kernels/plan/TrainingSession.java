package io.octant.kernels.plan;

import io.octant.autograd.DerivativeSession;
import io.octant.autograd.Differentiated;
import io.octant.engine.PlanStep;
import io.octant.graph.Arguments;
import io.octant.graph.Tuple;
import io.octant.kernels.binding.NativeMemory;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.util.List;

/** Both graphs of a derivative as one plan in one context, whose memory is planned for both. */
public final class TrainingSession implements DerivativeSession {
  private final CompiledSession session;
  private final CompiledContext context;
  private final int inputs;
  private final int forwardSteps;
  private final Tuple result;

  private TrainingSession(
      CompiledSession session, CompiledContext context, int inputs, TrainingCompiler.Compiled of) {
    this.session = session;
    this.context = context;
    this.inputs = inputs;
    this.forwardSteps = of.forwardSteps();
    this.result = of.result();
  }

  /**
   * Compiles both graphs.
   *
   * @throws io.octant.OctantException naming the node that cannot be compiled
   */
  public static TrainingSession compile(Differentiated model, List<TensorSpec> inputs) {
    TrainingCompiler.Compiled compiled = TrainingCompiler.compile(model, inputs);
    CompiledSession session = CompiledSession.of(compiled.plan(), NativeMemory::new);
    boolean done = false;
    try {
      CompiledContext context =
          session.newContext(CompiledContext.COUNTER_LIMIT, NativeMemory::new);
      done = true;
      return new TrainingSession(session, context, inputs.size(), compiled);
    } finally {
      if (!done) {
        session.close();
      }
    }
  }

  @Override
  public Object forward(List<Tensor> values) {
    List<TensorSpec> specs = session.inputs().subList(0, inputs);
    RunInputs.check(specs, values, TensorSpec.batch(specs));
    context.clear();
    put(values, 0);
    context.run(0, forwardSteps);
    return filled(result.item(0));
  }

  @Override
  public List<Object> backward(List<Tensor> outputGradients) {
    List<TensorSpec> specs = session.inputs().subList(inputs, session.inputs().size());
    RunInputs.check(specs, outputGradients, 1);
    put(outputGradients, inputs);
    context.run(forwardSteps, session.compiled().steps().size());
    Tuple gradients = (Tuple) filled(result.item(1));
    context.clear();
    return gradients.items();
  }

  private void put(List<Tensor> values, int from) {
    for (int i = 0; i < values.size(); i++) {
      context.put(from + i, values.get(i));
    }
  }

  private Object filled(Object value) {
    return Arguments.map(value, Placed.class, p -> context.value(p.slot()));
  }

  @Override
  public List<PlanStep> plan() {
    return session.plan();
  }

  @Override
  public long memoryBytes() {
    return session.memory().sharedBytes() + session.memory().contextBytes();
  }

  @Override
  public void close() {
    context.close();
    session.close();
  }
}
