package io.octant.kernels.binding;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Kernel size, stride, dilation and padding of a convolution or pooling, one value a spatial axis.
 * A dilation of 1 is none.
 */
public final class Window {
  private final long[] kernel;
  private final long[] stride;
  private final long[] dilation;
  private final long[] padBegin;
  private final long[] padEnd;

  /** One value a spatial axis in each array; all are copied. */
  public Window(long[] kernel, long[] stride, long[] dilation, long[] padBegin, long[] padEnd) {
    this.kernel = kernel.clone();
    this.stride = stride.clone();
    this.dilation = dilation.clone();
    this.padBegin = padBegin.clone();
    this.padEnd = padEnd.clone();
  }

  /** A window over a whole input of the given spatial dims. */
  public static Window global(long... spatial) {
    long[] ones = new long[spatial.length];
    Arrays.fill(ones, 1);
    long[] zeros = new long[spatial.length];
    return new Window(spatial, spatial, ones, zeros, zeros);
  }

  /** How many spatial axes there are. */
  public int rank() {
    return kernel.length;
  }

  /** Elements of the window along a spatial axis. */
  public long kernel(int axis) {
    return kernel[axis];
  }

  /** Distance between windows along a spatial axis. */
  public long stride(int axis) {
    return stride[axis];
  }

  /** Distance between the elements of a window along a spatial axis, 1 if they are neighbours. */
  public long dilation(int axis) {
    return dilation[axis];
  }

  /** Padding before the first element of a spatial axis. */
  public long padBegin(int axis) {
    return padBegin[axis];
  }

  /** Size of the output along a spatial axis, rounding down. */
  public long output(int axis, long input) {
    long extent = dilation[axis] * (kernel[axis] - 1) + 1;
    return (input + padBegin[axis] + padEnd[axis] - extent) / stride[axis] + 1;
  }

  long[] encoded() {
    return Stream.of(kernel, stride, dilation, padBegin, padEnd)
        .flatMapToLong(Arrays::stream)
        .toArray();
  }
}
