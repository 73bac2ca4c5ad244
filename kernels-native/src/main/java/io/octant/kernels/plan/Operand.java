package io.octant.kernels.plan;

/** What a kernel's operand is bound to in each context. */
sealed interface Operand {
  /** Bytes of a buffer from an offset on. */
  record Memory(Buffer buffer, long offsetBytes) implements Operand {}

  /** The accumulator of an observer, by its index in the plan. */
  record Observer(int index) implements Operand {}
}
