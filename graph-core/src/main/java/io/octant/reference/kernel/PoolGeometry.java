package io.octant.reference.kernel;

import io.octant.OctantException;

/**
 * Window size, stride, padding and dilation of a pool, one number for each spatial axis.
 *
 * @param rounding how the number of windows is rounded
 */
public record PoolGeometry(
    int[] kernel, int[] stride, int[] padding, int[] dilation, Rounding rounding) {
  /** Whether a last, partial window counts. */
  public enum Rounding {
    FLOOR,
    CEIL
  }

  /** How many spatial axes there are. */
  public int rank() {
    return kernel.length;
  }

  /** Number of windows on an axis; a window must begin inside the input or its left padding. */
  int outputSize(int axis, int input) {
    if (2 * padding[axis] > kernel[axis]) {
      throw new OctantException(
          "Cannot pool with padding "
              + padding[axis]
              + ", expected at most half the kernel of "
              + kernel[axis]);
    }
    int room = input + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1;
    if (rounding == Rounding.CEIL) {
      room += stride[axis] - 1;
    }
    int size = Math.floorDiv(room, stride[axis]) + 1;
    if (rounding == Rounding.CEIL && (size - 1) * stride[axis] >= input + padding[axis]) {
      size--;
    }
    if (size < 1) {
      throw new OctantException(
          "Cannot pool an axis of size "
              + input
              + " with a kernel of "
              + kernel[axis]
              + ", expected the padded input to hold it");
    }
    return size;
  }
}
