package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;

/**
 * ONNX' GatherND and ScatterND: each row of the last axis of the indices is a position on as many
 * axes, one that counts from the end where it is below 0.
 */
public final class Tuples {
  private Tuples() {}

  /**
   * Slices of a tensor at the positions that the rows of an index name.
   *
   * @param indices [batch…, any…, axes] of integers
   * @param batch how many leading axes both have; each index looks into its own part
   * @return [batch…, any…, the axes of x that are left]
   */
  public static Tensor gather(Tensor x, Tensor indices, int batch) {
    int[] from = starts("gather from", x, indices, batch);
    int named = indices.shape().dim(-1);
    int slice = slice(x, batch + named);
    int[] elements = new int[Math.multiplyExact(from.length, slice)];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = from[i / slice] + i % slice;
    }
    int[] outer = Arrays.copyOf(indices.shape().toArray(), indices.shape().rank() - 1);
    int[] rest = Arrays.copyOfRange(x.shape().toArray(), batch + named, x.shape().rank());
    int[] dims = Arrays.copyOf(outer, outer.length + rest.length);
    System.arraycopy(rest, 0, dims, outer.length, rest.length);
    return Strided.gather(x, Shape.of(dims), elements);
  }

  /**
   * A tensor whose slices at the positions that the rows of an index name are combined with new
   * ones, in the order of the index.
   *
   * @param updates [the index without its last axis…, the axes of x that are left]
   */
  public static Tensor scatter(
      Tensor x, Tensor indices, Tensor updates, DoubleBinaryOperator combine) {
    int[] to = starts("scatter to", x, indices, 0);
    int slice = slice(x, indices.shape().dim(-1));
    if (updates.numel() != Math.multiplyExact(to.length, slice) || updates.dtype() != x.dtype()) {
      throw new OctantException(
          "Cannot scatter "
              + updates.description()
              + " by index "
              + indices.description()
              + " into "
              + x.description()
              + ", expected a slice of the same type for each position");
    }
    double[] v = Values.of(x);
    double[] added = Values.of(updates);
    for (int i = 0; i < added.length; i++) {
      int at = to[i / slice] + i % slice;
      v[at] = combine.applyAsDouble(v[at], added[i]);
    }
    return Values.tensor(x.dtype(), x.shape(), v);
  }

  private static int slice(Tensor x, int fromAxis) {
    int out = 1;
    for (int i = fromAxis; i < x.shape().rank(); i++) {
      out *= x.shape().dim(i);
    }
    return out;
  }

  /** The first element of each slice that the index names. */
  private static int[] starts(String verb, Tensor x, Tensor indices, int batch) {
    Shape shape = indices.shape();
    int rank = x.shape().rank();
    boolean fits = shape.rank() > batch && batch >= 0 && batch + shape.dim(-1) <= rank;
    for (int i = 0; fits && i < batch; i++) {
      fits = shape.dim(i) == x.shape().dim(i);
    }
    if (!fits) {
      throw new OctantException(
          "Cannot "
              + verb
              + " "
              + x.description()
              + " by index "
              + indices.description()
              + ", expected equal first "
              + batch
              + " axes and a last one of positions on others");
    }
    int named = shape.dim(-1);
    int[] strides = x.shape().strides();
    int rows = 1;
    for (int i = 0; i < shape.rank() - 1; i++) {
      rows *= shape.dim(i);
    }
    int batches = 1;
    for (int i = 0; i < batch; i++) {
      batches *= shape.dim(i);
    }
    int[] out = new int[rows];
    for (int r = 0; r < rows; r++) {
      int at = batches == 0 ? 0 : r / (rows / batches) * slice(x, batch);
      for (int k = 0; k < named; k++) {
        int axis = batch + k;
        int size = x.shape().dim(axis);
        long position = indices.longAt(r * named + k);
        at += Positions.inside(verb, position, axis, size, x) * strides[axis];
      }
      out[r] = at;
    }
    return out;
  }
}
