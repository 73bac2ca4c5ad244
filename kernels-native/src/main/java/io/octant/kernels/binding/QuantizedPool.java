package io.octant.kernels.binding;

import org.jspecify.annotations.Nullable;

/**
 * Pooling of a dense {@code nhwc} tensor of 8-bit values; the result has the qparams of the source.
 *
 * @param src logical dims {@code [n, c, h, w]}
 * @param window null for adaptive pooling to the dims of {@code dst}
 * @param padding whether padded values count in the divisor of an average
 */
public record QuantizedPool(
    MemoryLayout src, MemoryLayout dst, int zeroPoint, @Nullable Window window, Padding padding) {
  /** What the sum is divided by. */
  public enum Padding {
    COUNTED,
    NOT_COUNTED
  }

  ElementType type() {
    return src.type();
  }

  /** The fields of {@code kernels::PoolShape} in their order. */
  long[] encoded() {
    Window w = window;
    return new long[] {
      src.dim(0),
      src.dim(1),
      src.dim(2),
      src.dim(3),
      dst.dim(2),
      dst.dim(3),
      w == null ? 0 : w.kernel(0),
      w == null ? 0 : w.kernel(1),
      w == null ? 1 : w.stride(0),
      w == null ? 1 : w.stride(1),
      w == null ? 0 : w.padBegin(0),
      w == null ? 0 : w.padBegin(1),
      padding == Padding.COUNTED ? 1 : 0,
      w == null ? 1 : 0
    };
  }
}
