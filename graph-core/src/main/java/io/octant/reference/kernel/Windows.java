package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;

/**
 * The windows of a pool over the last axes of a tensor: for each output position, the input ranges
 * that it covers.
 */
final class Windows {
  /** First input position of each window on an axis, not clipped to the input. */
  private final int[][] start;

  /** End of each window on an axis, not clipped. */
  private final int[][] end;

  private final int[] step;
  private final int[] input;

  private Windows(int[] input, int[][] start, int[][] end, int[] step) {
    this.input = input;
    this.start = start;
    this.end = end;
    this.step = step;
  }

  /** Windows of a fixed size. */
  static Windows sliding(Shape x, PoolGeometry g) {
    int rank = g.rank();
    int[] input = lastAxes(x, rank);
    int[][] start = new int[rank][];
    int[][] end = new int[rank][];
    for (int a = 0; a < rank; a++) {
      int size = g.outputSize(a, input[a]);
      start[a] = new int[size];
      end[a] = new int[size];
      for (int i = 0; i < size; i++) {
        start[a][i] = i * g.stride()[a] - g.padding()[a];
        end[a][i] = start[a][i] + (g.kernel()[a] - 1) * g.dilation()[a] + 1;
      }
    }
    return new Windows(input, start, end, g.dilation());
  }

  /**
   * Windows that divide the input into a given number of parts, as adaptive pools do; −1 keeps the
   * input's size.
   */
  static Windows adaptive(Shape x, int[] outputSize) {
    int rank = outputSize.length;
    int[] input = lastAxes(x, rank);
    int[][] start = new int[rank][];
    int[][] end = new int[rank][];
    int[] step = new int[rank];
    for (int a = 0; a < rank; a++) {
      int size = outputSize[a] < 0 ? input[a] : outputSize[a];
      start[a] = new int[size];
      end[a] = new int[size];
      step[a] = 1;
      for (int i = 0; i < size; i++) {
        start[a][i] = (int) ((long) i * input[a] / size);
        end[a][i] = (int) (((long) (i + 1) * input[a] + size - 1) / size);
      }
    }
    return new Windows(input, start, end, step);
  }

  private static int[] lastAxes(Shape x, int rank) {
    if (x.rank() != rank + 1 && x.rank() != rank + 2) {
      throw new OctantException(
          "Cannot pool "
              + x
              + " over "
              + rank
              + " axes, expected rank "
              + (rank + 1)
              + " or "
              + (rank + 2));
    }
    return java.util.Arrays.copyOfRange(x.toArray(), x.rank() - rank, x.rank());
  }

  int rank() {
    return input.length;
  }

  /** Number of input positions of one plane. */
  int inputSize() {
    int n = 1;
    for (int d : input) {
      n *= d;
    }
    return n;
  }

  /** Shape of the pooled tensor. */
  Shape outputShape(Shape x) {
    Shape out = x;
    for (int a = 0; a < rank(); a++) {
      out = out.withDim(a - rank(), start[a].length);
    }
    return out;
  }

  /** What a pool does with a window. */
  interface Reducer {
    /**
     * Reduces one window.
     *
     * @param x the input
     * @param positions flat input indices, the first {@code count} are valid
     * @param padded size of the window with the padding, which ends where the padded input does
     */
    double reduce(double[] x, int[] positions, int count, int padded);
  }

  /** Applies a reducer to every window of every plane. */
  double[] reduce(double[] x, int[] padding, Reducer reducer) {
    int plane = inputSize();
    int planes = plane == 0 ? 0 : x.length / plane;
    int outPlane = 1;
    for (int[] s : start) {
      outPlane *= s.length;
    }
    double[] out = new double[planes * outPlane];
    int[] positions = new int[plane];
    int[] at = new int[rank()];
    for (int p = 0; p < planes; p++) {
      for (int o = 0; o < outPlane; o++) {
        int rest = o;
        for (int a = rank() - 1; a >= 0; a--) {
          at[a] = rest % start[a].length;
          rest /= start[a].length;
        }
        int count = collect(at, p * plane, positions);
        out[p * outPlane + o] = reducer.reduce(x, positions, count, paddedSize(at, padding));
      }
    }
    return out;
  }

  private int paddedSize(int[] at, int[] padding) {
    int size = 1;
    for (int a = 0; a < rank(); a++) {
      size *= Math.min(end[a][at[a]], input[a] + padding[a]) - start[a][at[a]];
    }
    return size;
  }

  private int collect(int[] at, int base, int[] positions) {
    positions[0] = base;
    int count = 1;
    for (int a = 0; a < rank(); a++) {
      int stride = 1;
      for (int inner = a + 1; inner < rank(); inner++) {
        stride *= input[inner];
      }
      count = extend(a, at[a], stride, positions, count);
    }
    return count;
  }

  /** Replaces each of the first positions by those along one more axis, keeping row-major order. */
  private int extend(int axis, int window, int stride, int[] positions, int count) {
    int first = start[axis][window];
    while (first < 0) {
      first += step[axis];
    }
    int stop = Math.min(end[axis][window], input[axis]);
    int width = first >= stop ? 0 : (stop - first + step[axis] - 1) / step[axis];
    for (int i = count - 1; i >= 0; i--) {
      int base = positions[i];
      for (int w = width - 1; w >= 0; w--) {
        positions[i * width + w] = base + (first + w * step[axis]) * stride;
      }
    }
    return count * width;
  }
}
