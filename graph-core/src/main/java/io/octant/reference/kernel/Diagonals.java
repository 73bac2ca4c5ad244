package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Tensor;

/** Parts of matrices along a diagonal; diagonal {@code k} has {@code column − row = k}. */
public final class Diagonals {
  private Diagonals() {}

  /** {@code torch.tril}: zeros above a diagonal of the last two axes. */
  public static Tensor lower(Tensor x, int diagonal) {
    return keep(x, diagonal, -1);
  }

  /** {@code torch.triu}: zeros below a diagonal of the last two axes. */
  public static Tensor upper(Tensor x, int diagonal) {
    return keep(x, diagonal, 1);
  }

  private static Tensor keep(Tensor x, int diagonal, int side) {
    if (x.shape().rank() < 2) {
      throw new OctantException(
          "Cannot cut " + x.description() + " at a diagonal, expected at least two axes");
    }
    double[] v = Values.of(x);
    int columns = x.shape().dim(-1);
    int rows = x.shape().dim(-2);
    for (int i = 0; i < v.length; i++) {
      int distance = i % columns - i / columns % rows - diagonal;
      v[i] = distance * side < 0 ? 0 : v[i];
    }
    return Values.tensor(x.dtype(), x.shape(), v);
  }

  /** {@code torch.diagonal}: the elements on a diagonal of two axes, as a last axis. */
  public static Tensor diagonal(Tensor x, int offset, int rows, int columns) {
    int r = x.shape().axis(rows);
    int c = x.shape().axis(columns);
    if (r == c) {
      throw new OctantException(
          "Cannot take a diagonal of "
              + x.description()
              + " over axis "
              + r
              + " twice, expected two axes");
    }
    int[] strides = x.shape().strides();
    int rank = x.shape().rank();
    int[] dims = new int[rank - 1];
    int[] steps = new int[rank - 1];
    int n = 0;
    for (int a = 0; a < rank; a++) {
      if (a != r && a != c) {
        dims[n] = x.shape().dim(a);
        steps[n++] = strides[a];
      }
    }
    int length =
        Math.min(x.shape().dim(r) + Math.min(0, offset), x.shape().dim(c) - Math.max(0, offset));
    dims[n] = Math.max(0, length);
    steps[n] = strides[r] + strides[c];
    int start = offset < 0 ? -offset * strides[r] : offset * strides[c];
    return Strided.of(x, dims, steps).offset(start).copy();
  }
}
