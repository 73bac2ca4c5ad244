package io.octant.kernels.plan;

import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Between which integers all elements of a tensor lie, both included.
 *
 * @param low the least that there may be
 * @param high the largest
 */
record IntegerRange(long low, long high) {
  /** That of an 8-bit type; null for the others. */
  static @Nullable IntegerRange of(DType dtype) {
    return switch (dtype) {
      case UINT8 -> new IntegerRange(0, 255);
      case INT8 -> new IntegerRange(-128, 127);
      default -> null;
    };
  }

  /** That of the elements of an int32 tensor. */
  static IntegerRange of(Tensor known) {
    int[] values = known.ints();
    return new IntegerRange(
        Arrays.stream(values).min().orElse(0), Arrays.stream(values).max().orElse(0));
  }

  /** That of differences. */
  IntegerRange minus(IntegerRange other) {
    return new IntegerRange(low - other.high, high - other.low);
  }

  /** The largest absolute value. */
  long magnitude() {
    return Math.max(Math.abs(low), Math.abs(high));
  }
}
