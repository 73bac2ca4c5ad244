package io.octant.kernels.plan;

import io.octant.OctantException;
import io.octant.calibration.Accumulator;
import io.octant.calibration.Statistic;
import io.octant.calibration.TensorStatistics;
import io.octant.engine.ExecutionContext;
import io.octant.engine.Padding;
import io.octant.engine.PlanStep;
import io.octant.engine.StepClock;
import io.octant.graph.Arguments;
import io.octant.graph.GraphModule;
import io.octant.kernels.binding.NativeCall;
import io.octant.kernels.binding.NativeException;
import io.octant.kernels.binding.NativeMemory;
import io.octant.kernels.binding.NativeObserver;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** One thread's memory, bound kernels and observers for a {@link CompiledSession}. */
final class CompiledContext implements ExecutionContext {
  /** Observers count in 32 bits, so they are emptied in time. */
  static final long COUNTER_LIMIT = (1L << 32) - 1;

  private final CompiledSession session;
  private final Plan plan;
  private final NativeMemory arena;
  private final List<NativeObserver> observers = new ArrayList<>();
  private final List<Action> actions = new ArrayList<>();
  private final Owned owned = new Owned();
  private final long counterLimit;
  private final long[] counted;
  private final @Nullable Object[] slots;
  private final GraphModule reference;
  private final Map<String, TensorStatistics> statistics = new LinkedHashMap<>();
  private final Map<String, Accumulator<?>> gathered = new LinkedHashMap<>();
  private boolean closed;

  /** What one step does in this context. */
  @FunctionalInterface
  private interface Action {
    void run(int validSamples);
  }

  /**
   * Binds the kernels of a session.
   *
   * @param counterLimit the most that one counter of an observer may hold
   * @param clock hears of every step, null if nobody asks
   */
  CompiledContext(
      CompiledSession session,
      long counterLimit,
      LongFunction<NativeMemory> allocator,
      @Nullable StepClock clock) {
    this.session = session;
    this.plan = session.compiled();
    this.counterLimit = counterLimit;
    this.counted = new long[plan.observerPaths().size()];
    this.slots = new Object[plan.slots()];
    boolean fallsBack = plan.steps().stream().anyMatch(s -> s instanceof Step.Reference);
    // Modules need not be thread-safe, so each context evaluates its own copy, but for training.
    GraphModule live = plan.live();
    this.reference =
        live != null ? live : fallsBack ? plan.model().copyGraphModule() : plan.model();
    boolean done = false;
    try {
      this.arena = owned.take(allocator.apply(session.arena().bytes()));
      for (int i = 0; i < counted.length; i++) {
        observers.add(owned.take(new NativeObserver()));
      }
      for (Step step : plan.steps()) {
        Action action = action(step);
        actions.add(clock == null ? action : timed(action, step.description(), clock));
      }
      done = true;
    } finally {
      if (!done) {
        owned.close();
      }
    }
    // Kernels outlive their calls.
    owned.afterwards(session::contextClosed);
    owned.guard(this, "an execution context for " + plan.inputs());
  }

  private static Action timed(Action action, PlanStep step, StepClock clock) {
    return valid -> {
      long begin = System.nanoTime();
      action.run(valid);
      clock.took(step, System.nanoTime() - begin);
    };
  }

  // ---- binding

  private Action action(Step step) {
    if (step instanceof Step.Kernel k) {
      NativeCall call = owned.take(bind(k));
      return k.operands().get(k.written()) instanceof Operand.Observer o
          ? valid -> observe(call, o, valid)
          : valid -> run(k, call, valid);
    }
    if (step instanceof Step.Import s) {
      ByteBuffer memory = view(s.buffer(), 0, s.buffer().bytes());
      return valid -> importTensor(s, memory.duplicate().order(memory.order()));
    }
    if (step instanceof Step.Export s) {
      ByteBuffer memory = view(s.buffer(), s.layout().offsetBytes(), s.layout().bytes());
      Activation from = s.from();
      return valid ->
          slots[s.slot()] =
              TensorTransfer.read(
                  from.dtype(),
                  from.shape(),
                  from.qparams(),
                  memory.duplicate().order(memory.order()));
    }
    if (step instanceof Step.Keep s) {
      return valid -> slots[s.slot()] = s.value();
    }
    if (step instanceof Step.Gather g) {
      Accumulator<?> into = gathered.computeIfAbsent(g.path(), p -> g.observer().newAccumulator());
      return valid -> into.add(Padding.cut(slot(g.slot()), g.batch(), valid));
    }
    if (step instanceof Step.Attribute a) {
      return valid -> slots[a.slot()] = (Tensor) reference.attribute(a.path());
    }
    if (step instanceof Step.Host h) {
      List<ByteBuffer> reads = h.reads().stream().map(b -> view(b, 0, b.bytes())).toList();
      List<ByteBuffer> writes = h.writes().stream().map(b -> view(b, 0, b.bytes())).toList();
      return valid -> runHost(h, reads, writes);
    }
    Step.Reference r = (Step.Reference) step;
    return valid -> evaluate(r);
  }

  /** A parameter or buffer of training may have got another shape since the plan was made. */
  private void importTensor(Step.Import step, ByteBuffer memory) {
    Tensor value = slot(step.slot());
    if (value.dtype() != step.to().dtype() || value.numel() != step.to().shape().numel()) {
      throw new OctantException(
          "Cannot run session on a value of "
              + value.description()
              + ", expected "
              + step.to()
              + " as when it was compiled");
    }
    TensorTransfer.write(value, step.to().requireElementType(), memory);
  }

  private void runHost(Step.Host step, List<ByteBuffer> reads, List<ByteBuffer> writes) {
    List<Tensor> results;
    try {
      results = step.work().run(step.slots().stream().map(this::slot).toList(), reads, writes);
    } catch (OctantException e) {
      throw new OctantException(
          "Cannot run node "
              + String.join(", ", step.description().nodes())
              + ": "
              + e.getMessage(),
          e);
    }
    for (int i = 0; i < results.size(); i++) {
      slots[step.results().get(i)] = results.get(i);
    }
  }

  private NativeCall bind(Step.Kernel step) {
    long[] addresses = new long[step.operands().size()];
    for (int i = 0; i < addresses.length; i++) {
      Operand operand = step.operands().get(i);
      if (operand instanceof Operand.Memory m) {
        addresses[i] = address(m.buffer()) + m.offsetBytes();
      } else if (operand instanceof Operand.Observer o) {
        addresses[i] = observers.get(o.index()).address();
      }
    }
    return step.kernel().bind(addresses, arena.address(session.arena().scratchOffset()));
  }

  private long address(Buffer buffer) {
    return buffer.constant() != null
        ? session.constantAddress(buffer)
        : arena.address(session.arena().offset(buffer));
  }

  private ByteBuffer view(Buffer buffer, long offsetBytes, long bytes) {
    return buffer.constant() != null
        ? session.constantView(buffer, offsetBytes, bytes)
        : arena.view(session.arena().offset(buffer) + offsetBytes, bytes);
  }

  // ---- running

  /** A kernel may find that its operands hold no positions that it can read. */
  private static void run(Step.Kernel step, NativeCall call, int validSamples) {
    try {
      call.run(validSamples);
    } catch (NativeException e) {
      throw new OctantException(
          "Cannot run node "
              + String.join(", ", step.description().nodes())
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** Counts no more at once than the counters hold, after emptying them where need be. */
  private void observe(NativeCall call, Operand.Observer o, int validSamples) {
    long atOnce =
        o.shared() ? Math.max(1, counterLimit / Math.max(1, o.valuesPerSample())) : validSamples;
    for (long done = 0; done < validSamples; done += atOnce) {
      long samples = Math.min(atOnce, validSamples - done);
      long values = Math.multiplyExact(samples, o.valuesPerSample());
      if (counted[o.index()] + values > counterLimit) {
        drain(o.index());
      }
      counted[o.index()] += values;
      call.run(samples);
    }
  }

  /** Values that an observer has counted since it was last emptied. */
  long counted(int observer) {
    return counted[observer];
  }

  private void evaluate(Step.Reference step) {
    List<Object> args =
        step.args().stream()
            .map(v -> Arguments.map(v, Placed.class, a -> value(a.slot())))
            .toList();
    Map<String, Object> kwargs =
        Arguments.mapValues(step.kwargs(), Placed.class, a -> value(a.slot()));
    Object result;
    try {
      result = step.call().evaluate(reference, args, kwargs);
    } catch (OctantException
        | IndexOutOfBoundsException
        | ArithmeticException
        | IllegalArgumentException
        | NegativeArraySizeException e) {
      throw new OctantException(
          "Cannot run node " + step.call().node().described() + ": " + e.getMessage(), e);
    }
    if (step.result() instanceof LateResult late) {
      slots[late.slot()] = result;
      return;
    }
    List<Tensor> tensors = Arguments.all(result, Tensor.class);
    List<Activation> wanted = Arguments.all(step.result(), Activation.class);
    for (int i = 0; i < wanted.size(); i++) {
      require(step, tensors.get(i), wanted.get(i));
      slots[wanted.get(i).slot()] = tensors.get(i);
    }
  }

  /** What follows was compiled for the type and shape that the node was said to have. */
  private static void require(Step.Reference step, Tensor result, Activation expected) {
    if (result.dtype() != expected.dtype() || !result.shape().equals(expected.shape())) {
      throw new OctantException(
          "Cannot run node "
              + step.call().node().described()
              + ": it gave "
              + result.dtype()
              + result.shape()
              + ", expected "
              + expected);
    }
  }

  private Tensor slot(int index) {
    return (Tensor) value(index);
  }

  /** What is in a slot. */
  Object value(int index) {
    Object value = slots[index];
    if (value == null) {
      throw new IllegalStateException("Cannot read slot " + index + ": no step has filled it");
    }
    return value;
  }

  @Override
  public List<Tensor> run(List<Tensor> inputs, int validSamples) {
    session.requireOpen();
    if (closed) {
      throw new IllegalStateException("Cannot run context: it is closed");
    }
    RunInputs.check(plan.inputs(), inputs, validSamples);
    for (int i = 0; i < inputs.size(); i++) {
      slots[i] = inputs.get(i);
    }
    for (Action action : actions) {
      action.run(validSamples);
    }
    List<Tensor> outputs =
        plan.outputSlots().stream()
            .flatMap(slot -> Arguments.all(value(slot), Tensor.class).stream())
            .toList();
    Arrays.fill(slots, null);
    return outputs;
  }

  /** Puts a tensor into the slot of an input. */
  void put(int slot, Tensor value) {
    slots[slot] = value;
  }

  /** Runs some of the steps on whole batches; slots keep what they hold. */
  void run(int from, int to) {
    session.requireOpen();
    if (closed) {
      throw new IllegalStateException("Cannot run context: it is closed");
    }
    int batch = TensorSpec.batch(plan.inputs());
    for (Action action : actions.subList(from, to)) {
      action.run(batch);
    }
  }

  /** Lets go of all tensors in slots. */
  void clear() {
    Arrays.fill(slots, null);
  }

  private void drain(int observer) {
    observers
        .get(observer)
        .drainTo(
            statistics.computeIfAbsent(
                plan.observerPaths().get(observer), p -> new TensorStatistics()),
            counted[observer]);
    counted[observer] = 0;
  }

  @Override
  public Map<String, Statistic<?>> drainStatistics() {
    if (closed) {
      throw new IllegalStateException("Cannot drain context: it is closed");
    }
    for (int i = 0; i < observers.size(); i++) {
      drain(i);
    }
    Map<String, Statistic<?>> out = new LinkedHashMap<>(statistics);
    statistics.clear();
    gathered.forEach((path, a) -> out.put(path, a.drain()));
    return out;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      owned.close();
    }
  }
}
