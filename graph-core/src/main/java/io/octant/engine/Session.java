package io.octant.engine;

import io.octant.tensor.TensorSpec;
import java.util.List;

/**
 * A compiled graph: packed weights and plan. Immutable, thread-safe, shared by all tasks of a JVM.
 * Closing frees the weights; use after close throws {@link IllegalStateException}.
 */
public interface Session extends AutoCloseable {
  /** Name, type and shape of each input, in the order in which a run takes them. */
  List<TensorSpec> inputs();

  /**
   * The flattened tensors of the graph's output, in order; those whose shape is known when it runs
   * only are left out.
   */
  List<TensorSpec> outputs();

  /** What runs where, in execution order. */
  List<PlanStep> plan();

  /**
   * The quantized layers, how each is computed here, and which of them a less careful runtime would
   * saturate.
   */
  IntegerLayers integerLayers();

  /** Bytes of packed weights, and of the arena that one context takes. */
  MemoryUse memory();

  /** A context for one thread. */
  ExecutionContext newContext();

  /** A context for one thread that tells how long every step takes, at some cost. */
  ExecutionContext newContext(StepClock clock);

  @Override
  void close();

  /**
   * Memory in bytes.
   *
   * @param sharedBytes packed weights, once a session
   * @param contextBytes arena and accumulators, once a context
   */
  record MemoryUse(long sharedBytes, long contextBytes) {}
}
