package io.octant.reference.kernel;

import io.octant.OctantException;
import java.util.Arrays;

/**
 * Stride, padding and dilation of a convolution, one number for each spatial axis.
 *
 * @param before zeros before the first element of each axis
 * @param after zeros after the last
 * @param outputPadding elements added to the end of a transposed convolution's output, else zeros
 */
public record ConvGeometry(
    int[] stride, int[] before, int[] after, int[] dilation, int[] outputPadding, int groups) {

  /** A convolution with the same padding on both sides. */
  public static ConvGeometry of(int[] stride, int[] padding, int[] dilation, int groups) {
    return new ConvGeometry(stride, padding, padding, dilation, new int[stride.length], groups);
  }

  /** A transposed convolution. */
  public static ConvGeometry transposed(
      int[] stride, int[] padding, int[] outputPadding, int[] dilation, int groups) {
    return new ConvGeometry(stride, padding, padding, dilation, outputPadding, groups);
  }

  /**
   * Padding "same" with stride 1: the output has the size of the input; an odd element goes to the
   * end.
   */
  public static ConvGeometry same(int[] stride, int[] kernel, int[] dilation, int groups) {
    int[] before = new int[kernel.length];
    int[] after = new int[kernel.length];
    for (int i = 0; i < kernel.length; i++) {
      if (stride[i] != 1) {
        throw new OctantException(
            "Cannot pad a convolution to the same size: stride "
                + Arrays.toString(stride)
                + ", expected 1");
      }
      int total = dilation[i] * (kernel[i] - 1);
      before[i] = total / 2;
      after[i] = total - before[i];
    }
    return new ConvGeometry(stride, before, after, dilation, new int[kernel.length], groups);
  }

  /** Number of spatial axes. */
  public int rank() {
    return stride.length;
  }

  /** Output size of a convolution on one axis. */
  int outputSize(int axis, int input, int kernel) {
    int padded = input + before[axis] + after[axis] - dilation[axis] * (kernel - 1) - 1;
    int size = Math.floorDiv(padded, stride[axis]) + 1;
    if (size < 0 || padded < 0) {
      throw new OctantException(
          "Cannot convolve an axis of size "
              + input
              + " with a kernel of "
              + kernel
              + ", expected the padded input to hold the kernel");
    }
    return size;
  }

  /** Output size of a transposed convolution on one axis. */
  int transposedSize(int axis, int input, int kernel) {
    return (input - 1) * stride[axis]
        - before[axis]
        - after[axis]
        + dilation[axis] * (kernel - 1)
        + outputPadding[axis]
        + 1;
  }
}
