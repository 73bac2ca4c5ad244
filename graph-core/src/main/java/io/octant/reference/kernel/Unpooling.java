package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/** Positions of maxima as ONNX counts them, and the way back. */
public final class Unpooling {
  private Unpooling() {}

  /**
   * Positions in the whole tensor for those in the plane of a padded one.
   *
   * @param indices [N, C, pooled…], flat in {@code padded}
   * @param begin padding before each axis
   * @param size of the axes without padding
   * @param columnMajor whether the first axis of a plane counts fastest
   */
  public static Tensor positions(
      Tensor indices, int[] padded, int[] begin, int[] size, boolean columnMajor) {
    int plane = Shape.of(size).numel();
    int pooled = pooled(indices);
    long[] out = new long[indices.numel()];
    for (int i = 0; i < out.length; i++) {
      long rest = indices.longAt(i);
      long at = 0;
      long stride = 1;
      long[] place = new long[size.length];
      for (int a = size.length - 1; a >= 0; a--) {
        place[a] = rest % padded[a] - begin[a];
        rest /= padded[a];
      }
      for (int k = 0; k < size.length; k++) {
        int a = columnMajor ? k : size.length - 1 - k;
        at += place[a] * stride;
        stride *= size[a];
      }
      out[i] = at + (long) (i / pooled) * plane;
    }
    return Tensor.of(DType.INT64, indices.shape(), out);
  }

  private static int pooled(Tensor indices) {
    int pooled = 1;
    for (int a = 2; a < indices.shape().rank(); a++) {
      pooled *= indices.shape().dim(a);
    }
    return Math.max(1, pooled);
  }

  /**
   * Zeros with the elements of a tensor at positions in the whole result.
   *
   * @param size of the axes after the second
   * @throws OctantException if a position lies outside
   */
  public static Tensor unpool(Tensor x, Tensor indices, int[] size) {
    int[] dims = x.shape().toArray();
    if (dims.length != size.length + 2 || !indices.shape().equals(x.shape())) {
      throw new OctantException(
          "Cannot unpool "
              + x.description()
              + " by index "
              + indices.description()
              + ", expected equal shapes of "
              + (size.length + 2)
              + " axes");
    }
    System.arraycopy(size, 0, dims, 2, size.length);
    Shape shape = Shape.of(dims);
    double[] v = Values.of(x);
    double[] out = new double[shape.numel()];
    for (int i = 0; i < v.length; i++) {
      out[Positions.inside("unpool to", indices.longAt(i), 0, out.length, x)] = v[i];
    }
    return Values.tensor(x.dtype(), shape, out);
  }
}
