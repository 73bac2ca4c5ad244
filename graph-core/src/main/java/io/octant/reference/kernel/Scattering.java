package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.function.DoubleBinaryOperator;

/** Writes into places that an index names: {@code torch.scatter}, {@code scatter_add} and kin. */
public final class Scattering {
  private Scattering() {}

  /**
   * Combines elements along an axis at the positions of an index with new ones, in row-major order
   * of the index. Positions below 0 count from the end.
   *
   * @param index of the tensor's rank; on other axes it is not longer than the tensor
   * @param src at least as long as the index on every axis
   * @param combine what the element at a place and a new one make
   */
  public static Tensor scatter(
      Tensor x, int axis, Tensor index, Tensor src, DoubleBinaryOperator combine) {
    if (index.numel() == 0) {
      return x;
    }
    int at = x.shape().rank() == 0 ? 0 : x.shape().axis(axis);
    requireFit(x, at, index, src);
    double[] v = Values.of(x);
    double[] added = Values.of(src);
    int[] strides = x.shape().strides();
    int along = x.shape().rank() == 0 ? 1 : strides[at];
    int size = x.shape().rank() == 0 ? 1 : x.shape().dim(at);
    if (x.shape().rank() > 0) {
      strides[at] = 0;
    }
    int[] base = Strided.indices(index.shape(), 0, strides);
    int[] from = Strided.indices(index.shape(), 0, src.shape().strides());
    for (int i = 0; i < base.length; i++) {
      int position = Positions.inside("scatter to", index.longAt(i), axis, size, x);
      int to = base[i] + position * along;
      v[to] = combine.applyAsDouble(v[to], added[from[i]]);
    }
    return Values.tensor(x.dtype(), x.shape(), v);
  }

  private static void requireFit(Tensor x, int axis, Tensor index, Tensor src) {
    boolean fits =
        index.shape().rank() == x.shape().rank() && src.shape().rank() == x.shape().rank();
    for (int a = 0; fits && a < x.shape().rank(); a++) {
      fits =
          index.shape().dim(a) <= src.shape().dim(a)
              && (a == axis || index.shape().dim(a) <= x.shape().dim(a));
    }
    if (!fits) {
      throw new OctantException(
          "Cannot scatter "
              + src.description()
              + " by index "
              + index.description()
              + " into "
              + x.description()
              + ", expected equal ranks and an index within both");
    }
    if (src.dtype() != x.dtype()) {
      throw new OctantException(
          "Cannot scatter "
              + src.description()
              + " into "
              + x.description()
              + ", expected equal types");
    }
  }

  /** {@code torch.index_fill}: sets whole slices of an axis to a value. */
  public static Tensor fill(Tensor x, int axis, int[] positions, double value) {
    double[] v = Values.of(x);
    int size = x.shape().rank() == 0 ? 1 : x.shape().dim(axis);
    int inner = x.shape().rank() == 0 ? 1 : x.shape().strides()[x.shape().axis(axis)];
    boolean[] chosen = new boolean[size];
    for (int p : positions) {
      chosen[Positions.inside("fill", p, axis, size, x)] = true;
    }
    for (int i = 0; i < v.length; i++) {
      v[i] = chosen[i / inner % size] ? value : v[i];
    }
    return Values.tensor(x.dtype(), x.shape(), v);
  }

  /** {@code torch.nn.functional.one_hot}: int64 with a last axis of {@code classes}. */
  public static Tensor oneHot(Tensor x, int classes) {
    int[] dims = java.util.Arrays.copyOf(x.shape().toArray(), x.shape().rank() + 1);
    dims[x.shape().rank()] = classes;
    double[] out = new double[x.numel() * classes];
    for (int i = 0; i < x.numel(); i++) {
      long at = x.longAt(i);
      if (at < 0 || at >= classes) {
        throw new OctantException("Cannot encode class " + at + ", expected 0 to " + (classes - 1));
      }
      out[i * classes + (int) at] = 1;
    }
    return Values.tensor(io.octant.tensor.DType.INT64, Shape.of(dims), out);
  }
}
