package io.octant.tensor;

import io.octant.OctantException;
import java.util.Arrays;

/**
 * Dimensions of a tensor, outermost first. Rank 0 is a scalar; a dimension may be 0.
 *
 * <p>After {@code torch.Size}.
 */
public final class Shape {
  /** The shape of a scalar. */
  public static final Shape SCALAR = new Shape(new int[0]);

  private final int[] dims;
  private final int numel;

  private Shape(int[] dims) {
    this.dims = dims;
    long n = 1;
    boolean empty = false;
    for (int d : dims) {
      if (d < 0) {
        throw new OctantException(
            "Cannot make shape: " + Arrays.toString(dims) + ", expected no negative dimension");
      }
      empty |= d == 0;
      n = d == 0 ? n : Math.min(n * d, 1L << 32); // beyond the limit it stays there
    }
    if (!empty && n > Integer.MAX_VALUE) {
      throw new OctantException(
          "Cannot make shape: " + Arrays.toString(dims) + ", expected at most 2^31 - 1 elements");
    }
    this.numel = empty ? 0 : (int) n;
  }

  /**
   * A shape of the given sizes, outermost axis first.
   *
   * @throws io.octant.OctantException if a size is negative, or the product passes 2³¹ − 1
   */
  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** How many axes there are, 0 for a scalar. */
  public int rank() {
    return dims.length;
  }

  /**
   * Size of an axis; negative axes count from the last.
   *
   * @throws OctantException if it is outside {@code [-rank, rank)}
   */
  public int dim(int axis) {
    return dims[axis(axis)];
  }

  /** Number of elements; 1 for a scalar. */
  public int numel() {
    return numel;
  }

  /** A fresh array of the dimensions. */
  public int[] toArray() {
    return dims.clone();
  }

  /** Row-major strides in elements. */
  public int[] strides() {
    int[] s = new int[dims.length];
    int step = 1;
    for (int i = dims.length - 1; i >= 0; i--) {
      s[i] = step;
      step *= dims[i];
    }
    return s;
  }

  /**
   * This shape with one axis replaced.
   *
   * @throws OctantException if it is outside {@code [-rank, rank)}
   */
  public Shape withDim(int axis, int size) {
    int[] d = dims.clone();
    d[axis(axis)] = size;
    return new Shape(d);
  }

  /**
   * Turns a possibly negative axis into its index.
   *
   * @throws OctantException if it is outside {@code [-rank, rank)}
   */
  public int axis(long axis) {
    long a = axis < 0 ? axis + dims.length : axis;
    if (a < 0 || a >= dims.length) {
      throw new OctantException(
          "Cannot resolve axis: " + axis + ", expected one within shape " + this);
    }
    return (int) a;
  }

  /**
   * Broadcasts as NumPy does: axes align at the last, a 1 stretches.
   *
   * @throws OctantException if the shapes do not agree
   */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    int[] out = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.rank() ? a.dim(-i) : 1;
      int y = i <= b.rank() ? b.dim(-i) : 1;
      if (x != y && x != 1 && y != 1) {
        throw new OctantException(
            "Cannot broadcast shapes: "
                + a
                + " and "
                + b
                + ", expected equal sizes or 1 on each axis");
      }
      out[rank - i] = x == 1 ? y : x;
    }
    return new Shape(out);
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(s.dims, dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  @Override
  public String toString() {
    return Arrays.toString(dims);
  }
}
