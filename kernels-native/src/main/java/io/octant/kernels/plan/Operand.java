package io.octant.kernels.plan;

/** What a kernel's operand is bound to in each context. */
sealed interface Operand {
  /** Bytes of a buffer from an offset on. */
  record Memory(Buffer buffer, long offsetBytes) implements Operand {}

  /**
   * The accumulator of an observer.
   *
   * @param index its index in the plan
   * @param valuesPerSample how many values one valid sample adds
   * @param shared whether all samples add the same values, so that they may be counted in parts
   */
  record Observer(int index, long valuesPerSample, boolean shared) implements Operand {}
}
