package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.DType;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;

/**
 * A strided view of a tensor, copied out: the common form of permute, expand, slice and select. A
 * stride may be 0 (expand).
 */
final class Strided {
  private final Tensor source;
  private final int[] dims;
  private final int[] strides;
  private int offset;

  private Strided(Tensor source, int[] dims, int[] strides) {
    this.source = source;
    this.dims = dims;
    this.strides = strides;
  }

  static Strided of(Tensor source, int[] dims, int[] strides) {
    return new Strided(source, dims, strides);
  }

  Strided offset(int elements) {
    offset += elements;
    return this;
  }

  /** Copies the viewed elements into a dense tensor; per-tensor qparams are kept. */
  Tensor copy() {
    return gather(source, Shape.of(dims), indices(Shape.of(dims), offset, strides));
  }

  /** Source index of every element of a shape, in row-major order. */
  static int[] indices(Shape shape, int offset, int[] strides) {
    int[] out = new int[shape.numel()];
    int rank = shape.rank();
    if (out.length == 0) {
      return out;
    }
    int[] dims = shape.toArray();
    int[] at = new int[rank];
    int index = offset;
    for (int i = 0; i < out.length; i++) {
      out[i] = index;
      for (int axis = rank - 1; axis >= 0; axis--) {
        index += strides[axis];
        if (++at[axis] < dims[axis]) {
          break;
        }
        index -= strides[axis] * dims[axis];
        at[axis] = 0;
      }
    }
    return out;
  }

  /** As {@link #gather}, with per-channel qparams that the caller has moved to their new axis. */
  static Tensor gather(Tensor source, Shape shape, int[] indices, QParams qparams) {
    int[] out = new int[indices.length];
    int[] src = source.ints();
    for (int i = 0; i < out.length; i++) {
      out[i] = src[indices[i]];
    }
    return Tensor.quantized(source.dtype(), shape, out, qparams);
  }

  /** Gathers elements by flat index into a tensor of the same type; qparams must be per tensor. */
  static Tensor gather(Tensor source, Shape shape, int[] indices) {
    if (source.isQuantized()) {
      if (source.qparams().isPerChannel()) {
        throw new OctantException(
            "Cannot rearrange a tensor quantized per channel: "
                + source.description()
                + ", expected per tensor");
      }
      return gather(source, shape, indices, source.qparams());
    }
    DType dtype = source.dtype();
    int n = indices.length;
    return switch (dtype.storage()) {
      case FLOATS -> {
        float[] src = source.floats();
        float[] out = new float[n];
        for (int i = 0; i < n; i++) {
          out[i] = src[indices[i]];
        }
        yield Tensor.of(dtype, shape, out);
      }
      case DOUBLES -> {
        double[] src = source.doubles();
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
          out[i] = src[indices[i]];
        }
        yield Tensor.of(dtype, shape, out);
      }
      case INTS -> {
        int[] src = source.ints();
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
          out[i] = src[indices[i]];
        }
        yield Tensor.of(dtype, shape, out);
      }
      case LONGS -> {
        long[] src = source.longs();
        long[] out = new long[n];
        for (int i = 0; i < n; i++) {
          out[i] = src[indices[i]];
        }
        yield Tensor.of(dtype, shape, out);
      }
    };
  }
}
