package io.octant.kernels.binding;

import java.util.Arrays;
import java.util.stream.LongStream;

/** Factories of kernels that move elements and compute nothing; see {@link Kernels}. */
public final class Moves {
  /** Stands for a position outside of the source. */
  public static final long OUTSIDE = Long.MIN_VALUE;

  private Moves() {}

  /** Moves the elements of one layout to another of equal dims. Operands: src, dst. */
  public static NativeKernel copy(MemoryLayout src, MemoryLayout dst) {
    return new NativeKernel(
        Bindings.copy(src.type().bytes(), src.dims(), src.strides(), dst.strides()));
  }

  /**
   * Gives each element of {@code dst} the one whose offset is the sum of those of its indices, or
   * the fill value where one of them is {@link #OUTSIDE}.
   *
   * @param offsets for each axis of {@code dst} and each of its indices, in elements from the start
   *     of the source
   * @param fill bits of an element, in the low bytes
   * @return operands: src, dst
   */
  public static NativeKernel take(long[][] offsets, MemoryLayout dst, long fill) {
    LongStream encoded = LongStream.concat(Arrays.stream(dst.dims()), Arrays.stream(dst.strides()));
    for (int axis = 0; axis < offsets.length; axis++) {
      if (offsets[axis].length != dst.dim(axis)) {
        throw new IllegalArgumentException("Cannot take axis " + axis + " of " + dst);
      }
      encoded = LongStream.concat(encoded, Arrays.stream(offsets[axis]));
    }
    return new NativeKernel(Bindings.take(dst.type().bytes(), dst.rank(), encoded.toArray(), fill));
  }

  /** What a negative position stands for. */
  public enum Negative {
    OUTSIDE,
    FROM_THE_END
  }

  /**
   * Rows of dense {@code [outer, n, inner]} at the positions of a tensor of {@code count} s64; a
   * run with one outside of the rows throws {@link NativeException}. Operands: src, positions, dst.
   */
  public static NativeKernel gather(
      long outer, long n, long innerBytes, long count, Negative negative) {
    return new NativeKernel(
        Bindings.gather(outer, n, innerBytes, count, negative == Negative.FROM_THE_END));
  }

  /**
   * Elements of {@code a} where the condition, bytes of truth, holds, else of {@code b}; equal
   * dims.
   *
   * @return operands: condition, a, b, dst
   */
  public static NativeKernel select(
      MemoryLayout condition, MemoryLayout a, MemoryLayout b, MemoryLayout dst) {
    return new NativeKernel(
        Bindings.select(dst.type().bytes(), Kernels.space(condition, a, b, dst)));
  }
}
