package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Rearrangements of elements: values, type and quantization parameters are kept. Negative axes
 * count from the last.
 */
public final class Shapes {
  private Shapes() {}

  /**
   * The same elements in another shape.
   *
   * @param dims one of them may be −1 and is inferred
   */
  public static Tensor reshape(Tensor x, int... dims) {
    int[] out = dims.clone();
    int unknown = -1;
    long known = 1;
    for (int i = 0; i < out.length; i++) {
      if (out[i] != -1) {
        known *= out[i];
      } else if (unknown < 0) {
        unknown = i;
      } else {
        throw badReshape(x, dims);
      }
    }
    if (unknown >= 0) {
      if (known == 0 || x.numel() % known != 0) {
        throw badReshape(x, dims);
      }
      out[unknown] = (int) (x.numel() / known);
    } else if (known != x.numel()) {
      throw badReshape(x, dims);
    }
    return x.reshape(Shape.of(out));
  }

  private static OctantException badReshape(Tensor x, int[] dims) {
    return new OctantException(
        "Cannot reshape "
            + x.description()
            + " to "
            + java.util.Arrays.toString(dims)
            + ", expected "
            + x.numel()
            + " elements");
  }

  /** Joins the axes from {@code start} to {@code end}, both included. */
  public static Tensor flatten(Tensor x, int start, int end) {
    if (x.shape().rank() == 0) {
      return x.reshape(Shape.of(1));
    }
    int first = x.shape().axis(start);
    int last = x.shape().axis(end);
    if (first > last) {
      throw new OctantException(
          "Cannot flatten axes "
              + start
              + " to "
              + end
              + " of "
              + x.description()
              + ", expected start <= end");
    }
    List<Integer> dims = new ArrayList<>();
    int joined = 1;
    for (int i = 0; i < x.shape().rank(); i++) {
      if (i < first || i > last) {
        dims.add(x.shape().dim(i));
        continue;
      }
      joined *= x.shape().dim(i);
      if (i == last) {
        dims.add(joined);
      }
    }
    return x.reshape(Shape.of(dims.stream().mapToInt(d -> d).toArray()));
  }

  /** Splits an axis into several; one of the sizes may be −1. */
  public static Tensor unflatten(Tensor x, int axis, int... sizes) {
    int at = x.shape().axis(axis);
    int[] dims = new int[x.shape().rank() - 1 + sizes.length];
    int known = 1;
    for (int s : sizes) {
      known *= s == -1 ? 1 : s;
    }
    for (int i = 0; i < dims.length; i++) {
      if (i < at) {
        dims[i] = x.shape().dim(i);
      } else if (i < at + sizes.length) {
        int s = sizes[i - at];
        dims[i] = s == -1 ? x.shape().dim(at) / known : s;
      } else {
        dims[i] = x.shape().dim(i - sizes.length + 1);
      }
    }
    return reshape(x, dims);
  }

  /** Reorders the axes: axis {@code i} of the result is axis {@code axes[i]} of the input. */
  public static Tensor permute(Tensor x, int... axes) {
    Shape from = x.shape();
    if (axes.length != from.rank()) {
      throw new OctantException(
          "Cannot permute "
              + x.description()
              + " by "
              + java.util.Arrays.toString(axes)
              + ", expected "
              + from.rank()
              + " axes");
    }
    int[] strides = from.strides();
    int[] dims = new int[axes.length];
    int[] steps = new int[axes.length];
    boolean[] seen = new boolean[axes.length];
    int channelAxis = -1;
    for (int i = 0; i < axes.length; i++) {
      int a = from.axis(axes[i]);
      if (seen[a]) {
        throw new OctantException(
            "Cannot permute " + x.description() + ": axis " + a + " is given twice");
      }
      seen[a] = true;
      dims[i] = from.dim(a);
      steps[i] = strides[a];
      if (x.isQuantized() && x.qparams().axis() == a) {
        channelAxis = i;
      }
    }
    Shape shape = Shape.of(dims);
    int[] indices = Strided.indices(shape, 0, steps);
    if (channelAxis < 0) {
      return Strided.gather(x, shape, indices);
    }
    QParams q = x.qparams();
    return Strided.gather(
        x, shape, indices, QParams.perChannel(q.scheme(), q.scales(), q.zeroPoints(), channelAxis));
  }

  /** Two axes exchanged; negative ones count from the end. */
  public static Tensor transpose(Tensor x, int axis0, int axis1) {
    int rank = x.shape().rank();
    if (rank == 0) {
      return x;
    }
    int[] axes = new int[rank];
    for (int i = 0; i < rank; i++) {
      axes[i] = i;
    }
    int a = x.shape().axis(axis0);
    int b = x.shape().axis(axis1);
    axes[a] = b;
    axes[b] = a;
    return permute(x, axes);
  }

  /** Removes the given axes where they have size 1. */
  public static Tensor squeeze(Tensor x, int... axes) {
    boolean[] drop = new boolean[x.shape().rank()];
    for (int a : axes) {
      int at = x.shape().rank() == 0 ? -1 : x.shape().axis(a);
      if (at >= 0 && x.shape().dim(at) == 1) {
        drop[at] = true;
      }
    }
    List<Integer> dims = new ArrayList<>();
    for (int i = 0; i < drop.length; i++) {
      if (!drop[i]) {
        dims.add(x.shape().dim(i));
      }
    }
    return x.reshape(Shape.of(dims.stream().mapToInt(d -> d).toArray()));
  }

  /** Removes every axis of size 1. */
  public static Tensor squeeze(Tensor x) {
    int[] all = new int[x.shape().rank()];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    return squeeze(x, all);
  }

  /** Inserts an axis of size 1. */
  public static Tensor unsqueeze(Tensor x, int axis) {
    int rank = x.shape().rank() + 1;
    int at = axis < 0 ? axis + rank : axis;
    if (at < 0 || at >= rank) {
      throw new OctantException(
          "Cannot unsqueeze "
              + x.description()
              + " at axis "
              + axis
              + ", expected one within rank "
              + rank);
    }
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = i == at ? 1 : x.shape().dim(i < at ? i : i - 1);
    }
    return x.reshape(Shape.of(dims));
  }

  /** Broadcasts to a shape. */
  public static Tensor expand(Tensor x, Shape to) {
    int[] dims = to.toArray();
    int[] own = x.shape().strides();
    int[] strides = new int[dims.length];
    int lead = dims.length - own.length;
    for (int i = 0; i < dims.length; i++) {
      int size = i < lead ? 1 : x.shape().dim(i - lead);
      if (lead < 0 || (size != 1 && size != dims[i])) {
        throw new OctantException(
            "Cannot expand "
                + x.description()
                + " to "
                + to
                + ", expected equal sizes or 1 on each axis");
      }
      strides[i] = size == 1 ? 0 : own[i - lead];
    }
    return Strided.of(x, dims, strides).copy();
  }

  /** {@code Tensor.expand}: a size of −1 keeps the axis. */
  public static Tensor expand(Tensor x, int... sizes) {
    int[] dims = sizes.clone();
    int lead = dims.length - x.shape().rank();
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] == -1 && i >= lead) {
        dims[i] = x.shape().dim(i - lead);
      }
    }
    return expand(x, Shape.of(dims));
  }

  /** {@code Tensor.repeat}: tiles along each axis. */
  public static Tensor repeat(Tensor x, int... times) {
    int lead = times.length - x.shape().rank();
    if (lead < 0) {
      throw new OctantException(
          "Cannot repeat "
              + x.description()
              + ": "
              + times.length
              + " counts, expected one for each axis");
    }
    Tensor out = x;
    for (int i = 0; i < lead; i++) {
      out = unsqueeze(out, 0);
    }
    for (int axis = 0; axis < times.length; axis++) {
      if (times[axis] != 1) {
        long size = (long) out.shape().dim(axis) * times[axis];
        if (size < 0 || size > Integer.MAX_VALUE) {
          throw new OctantException(
              "Cannot repeat axis "
                  + axis
                  + " of "
                  + x.description()
                  + " "
                  + times[axis]
                  + " times, expected a size up to 2^31 - 1");
        }
        int[] positions = new int[(int) size];
        for (int i = 0; i < positions.length; i++) {
          positions[i] = i % out.shape().dim(axis);
        }
        out = take(out, axis, positions);
      }
    }
    return out;
  }

  /**
   * {@code torch.repeat_interleave} with one count: every slice of an axis, {@code times} times.
   */
  public static Tensor repeatInterleave(Tensor x, int times, int axis) {
    int at = x.shape().axis(axis);
    int[] positions = new int[x.shape().dim(at) * times];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = i / times;
    }
    return take(x, at, positions);
  }

  /** The slices of an axis at the given positions, {@code torch.index_select}. */
  public static Tensor take(Tensor x, int axis, int[] positions) {
    int at = x.shape().axis(axis);
    int size = x.shape().dim(at);
    int inner = x.shape().strides()[at];
    int outer = x.numel() == 0 ? 0 : x.numel() / (size * inner);
    Shape shape = x.shape().withDim(at, positions.length);
    if (x.numel() == 0 && shape.numel() > 0) {
      throw new OctantException("Cannot take elements of " + x.description() + ", expected some");
    }
    int[] indices = new int[shape.numel()];
    int i = 0;
    for (int o = 0; o < outer; o++) {
      for (int p : positions) {
        int from = Positions.inside("take", p, axis, size, x);
        for (int k = 0; k < inner; k++) {
          indices[i++] = (o * size + from) * inner + k;
        }
      }
    }
    return Strided.gather(x, shape, indices);
  }

  /** {@code length} slices of an axis from {@code start} on, every {@code step}-th. */
  public static Tensor slice(Tensor x, int axis, int start, int length, int step) {
    int at = x.shape().axis(axis);
    int[] strides = x.shape().strides();
    int[] dims = x.shape().withDim(at, length).toArray();
    int offset = start * strides[at];
    strides[at] *= step;
    return Strided.of(x, dims, strides).offset(offset).copy();
  }

  /** {@code torch.narrow}. */
  public static Tensor narrow(Tensor x, int axis, int start, int length) {
    int size = x.shape().dim(x.shape().axis(axis));
    int from = start < 0 ? start + size : start;
    if (from < 0 || length < 0 || from + length > size) {
      throw new OctantException(
          "Cannot narrow axis "
              + axis
              + " of "
              + x.description()
              + " to "
              + length
              + " from "
              + start
              + ", expected a range inside");
    }
    return slice(x, axis, from, length, 1);
  }

  /** Pieces of the given sizes along an axis. */
  public static List<Tensor> split(Tensor x, int axis, int... sizes) {
    List<Tensor> out = new ArrayList<>();
    int at = 0;
    for (int size : sizes) {
      out.add(narrow(x, axis, at, size));
      at += size;
    }
    if (at != x.shape().dim(x.shape().axis(axis))) {
      throw new OctantException(
          "Cannot split axis " + axis + " of " + x.description() + ": sizes add up to " + at);
    }
    return out;
  }

  /** Pieces of at most {@code size} along an axis. */
  public static List<Tensor> splitEvery(Tensor x, int axis, int size) {
    int total = x.shape().dim(x.shape().axis(axis));
    int pieces = total == 0 ? 1 : (total + size - 1) / size;
    int[] sizes = new int[pieces];
    for (int i = 0; i < pieces; i++) {
      sizes[i] = Math.min(size, total - i * size);
    }
    return split(x, axis, sizes);
  }

  /** {@code torch.chunk}: about equal pieces, possibly fewer than asked for. */
  public static List<Tensor> chunk(Tensor x, int chunks, int axis) {
    int total = x.shape().dim(x.shape().axis(axis));
    return splitEvery(x, axis, Math.max(1, (total + chunks - 1) / chunks));
  }

  /** The slices of an axis, which disappears. */
  public static List<Tensor> unbind(Tensor x, int axis) {
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < x.shape().dim(x.shape().axis(axis)); i++) {
      out.add(select(x, axis, i));
    }
    return out;
  }

  /** One slice of an axis, which disappears. */
  public static Tensor select(Tensor x, int axis, int index) {
    int at = x.shape().axis(axis);
    int size = x.shape().dim(at);
    if (index < -size || index >= size) {
      throw new OctantException(
          "Cannot select index "
              + index
              + " of axis "
              + axis
              + " of "
              + x.description()
              + ", expected one inside");
    }
    Tensor one = slice(x, at, index < 0 ? index + size : index, 1, 1);
    return squeeze(one, at);
  }

  /** Reverses the order along the given axes. */
  public static Tensor flip(Tensor x, int... axes) {
    Tensor out = x;
    for (int axis : axes) {
      int size = x.shape().dim(x.shape().axis(axis));
      int[] positions = new int[size];
      for (int i = 0; i < size; i++) {
        positions[i] = size - 1 - i;
      }
      out = take(out, axis, positions);
    }
    return out;
  }
}
