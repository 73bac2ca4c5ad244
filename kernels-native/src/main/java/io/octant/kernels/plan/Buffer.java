package io.octant.kernels.plan;

import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A block of memory of the plan: a part of each context's arena, or a constant that the session
 * keeps. Identity matters.
 */
final class Buffer {
  private final long bytes;
  private final @Nullable Tensor constant;

  private Buffer(long bytes, @Nullable Tensor constant) {
    this.bytes = bytes;
    this.constant = constant;
  }

  static Buffer arena(long bytes) {
    return new Buffer(bytes, null);
  }

  static Buffer constant(long bytes, Tensor value) {
    return new Buffer(bytes, value);
  }

  long bytes() {
    return bytes;
  }

  /** The row-major value of a constant, null for the arena. */
  @Nullable Tensor constant() {
    return constant;
  }
}
