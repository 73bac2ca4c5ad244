package io.octant.kernels.plan;

import io.octant.engine.ExecutionContext;
import io.octant.engine.IntegerLayer;
import io.octant.engine.IntegerLayer.Arithmetic;
import io.octant.engine.IntegerLayers;
import io.octant.engine.MemoryBudget;
import io.octant.engine.PlanStep;
import io.octant.engine.Session;
import io.octant.engine.StepClock;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.kernels.binding.NativeMemory;
import io.octant.kernels.binding.NativeObserver;
import io.octant.shape.BatchAxes;
import io.octant.tensor.Tensor;
import io.octant.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A plan with its packed weights. Contexts that are open when the session is closed may be closed
 * later but not run; native memory goes with the last of them. Sessions and contexts that nobody
 * closed are freed, with a warning, when they are garbage.
 */
public final class CompiledSession implements Session {
  private final Plan plan;
  private final Arena arena;
  private final Map<Buffer, Long> constantOffsets = new IdentityHashMap<>();
  private final NativeMemory constants;
  private final Owned owned = new Owned();
  private int contexts;
  private boolean closed;

  private CompiledSession(Plan plan, LongFunction<NativeMemory> allocator) {
    this.plan = plan;
    for (Step step : plan.steps()) {
      if (step instanceof Step.Kernel k) {
        owned.take(k.kernel());
      }
    }
    boolean done = false;
    try {
      this.arena = Arena.of(plan.steps());
      long constantBytes = placeConstants();
      MemoryBudget.system().require(largest(), arena.bytes() + constantBytes);
      this.constants = owned.take(allocator.apply(constantBytes));
      constantOffsets.forEach(this::fill);
      done = true;
    } finally {
      if (!done) {
        owned.close();
      }
    }
    owned.guard(this, "a session of " + plan.steps().size() + " steps for " + plan.inputs());
  }

  /** Assigns a place to each constant and returns the bytes of all. */
  private long placeConstants() {
    long bytes = 0;
    for (Step step : plan.steps()) {
      for (Buffer b : Arena.buffers(step)) {
        if (b.constant() != null && !constantOffsets.containsKey(b)) {
          constantOffsets.put(b, bytes);
          bytes += (b.bytes() + 63) / 64 * 64;
        }
      }
    }
    return bytes;
  }

  /** The node whose operands take most; the output of a graph whose steps compute nothing. */
  private Node largest() {
    Node found = plan.model().graph().outputNode();
    long most = -1;
    for (Step step : plan.steps()) {
      long bytes = Arena.buffers(step).stream().mapToLong(Buffer::bytes).sum();
      if (bytes > most && !step.description().nodes().isEmpty()) {
        most = bytes;
        found = plan.model().graph().node(step.description().nodes().get(0));
      }
    }
    return found;
  }

  /**
   * Compiles a graph.
   *
   * @throws io.octant.OctantException naming the node that cannot be compiled
   */
  public static CompiledSession compile(GraphModule model, List<TensorSpec> inputs) {
    return compile(model, inputs, NativeMemory::new);
  }

  /** Compiles a graph in whose values the samples have been found already. */
  static CompiledSession compile(GraphModule model, List<TensorSpec> inputs, BatchAxes axes) {
    Observation observation = Observation.of(model, axes);
    return of(new GraphCompiler(model, inputs, observation).compile(), NativeMemory::new);
  }

  /** Compiles with another source of memory, which may fail. */
  static CompiledSession compile(
      GraphModule model, List<TensorSpec> inputs, LongFunction<NativeMemory> allocator) {
    return of(GraphCompiler.compile(model, inputs), allocator);
  }

  /** A session of a plan, whose kernels it owns from now on. */
  static CompiledSession of(Plan plan, LongFunction<NativeMemory> allocator) {
    return new CompiledSession(plan, allocator);
  }

  private void fill(Buffer buffer, long offset) {
    Tensor value = buffer.constant();
    if (value != null) {
      Activation a =
          new Activation(
              value.dtype(), value.shape(), value.isQuantized() ? value.qparams() : null);
      TensorTransfer.write(value, a.requireElementType(), constants.view(offset, buffer.bytes()));
    }
  }

  @Override
  public List<TensorSpec> inputs() {
    return plan.inputs();
  }

  @Override
  public List<TensorSpec> outputs() {
    return plan.outputs();
  }

  @Override
  public List<PlanStep> plan() {
    return plan.shown();
  }

  @Override
  public IntegerLayers integerLayers() {
    // A node may have steps that move its input as well; they never have a reason.
    Map<String, PlanStep> steps = new HashMap<>();
    plan.shown()
        .forEach(
            s -> s.nodes().forEach(n -> steps.merge(n, s, (a, b) -> a.reason().isEmpty() ? b : a)));
    List<IntegerLayer> layers = new ArrayList<>();
    for (IntegerLayer layer : IntegerLayers.of(plan.model(), "").layers()) {
      PlanStep step = steps.get(layer.node());
      if (step != null && step.kernel() != PlanStep.Kernel.FOLDED) {
        layers.add(layer.with(arithmetic(step), step.reason()));
      }
    }
    return new IntegerLayers(layers);
  }

  private static Arithmetic arithmetic(PlanStep step) {
    if (step.kernel() == PlanStep.Kernel.REFERENCE) {
      return Arithmetic.REFERENCE;
    }
    return step.reason().isEmpty() ? Arithmetic.FAST : Arithmetic.EXACT;
  }

  /**
   * {@inheritDoc} An observer counts with the address space that it reserves; it takes memory only
   * for the exponents that occur.
   */
  @Override
  public MemoryUse memory() {
    long shared = constants.bytes();
    for (Step step : plan.steps()) {
      if (step instanceof Step.Kernel k) {
        shared += k.kernel().constantBytes();
      }
    }
    return new MemoryUse(
        shared, arena.bytes() + plan.observerPaths().size() * NativeObserver.RESERVED_BYTES);
  }

  @Override
  public ExecutionContext newContext() {
    return newContext(CompiledContext.COUNTER_LIMIT, NativeMemory::new, null);
  }

  @Override
  public ExecutionContext newContext(StepClock clock) {
    return newContext(CompiledContext.COUNTER_LIMIT, NativeMemory::new, clock);
  }

  /** A context whose observers are emptied before a counter passes a limit. */
  CompiledContext newContext(long counterLimit, LongFunction<NativeMemory> allocator) {
    return newContext(counterLimit, allocator, null);
  }

  private synchronized CompiledContext newContext(
      long counterLimit, LongFunction<NativeMemory> allocator, @Nullable StepClock clock) {
    requireOpen();
    CompiledContext context = new CompiledContext(this, counterLimit, allocator, clock);
    contexts++;
    return context;
  }

  Plan compiled() {
    return plan;
  }

  Arena arena() {
    return arena;
  }

  /** Address of a constant in native memory. */
  long constantAddress(Buffer buffer) {
    return constants.address(constantOffset(buffer));
  }

  /** Bytes of a constant. */
  ByteBuffer constantView(Buffer buffer, long offsetBytes, long bytes) {
    return constants.view(constantOffset(buffer) + offsetBytes, bytes);
  }

  private long constantOffset(Buffer buffer) {
    Long offset = constantOffsets.get(buffer);
    if (offset == null) {
      throw new IllegalStateException("Cannot find a constant that no step uses");
    }
    return offset;
  }

  /**
   * Checks that the session is open.
   *
   * @throws IllegalStateException if it is closed
   */
  synchronized void requireOpen() {
    if (closed) {
      throw new IllegalStateException("Cannot use session: it is closed");
    }
  }

  /** A context tells that it is closed. */
  synchronized void contextClosed() {
    contexts--;
    freeIfUnused();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      freeIfUnused();
    }
  }

  private void freeIfUnused() {
    if (closed && contexts == 0) {
      owned.close();
    }
  }
}
