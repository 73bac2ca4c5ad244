package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rolls, turns and tiles, made of the elementary moves of {@link Shapes}. */
public final class Rearrangements {
  private Rearrangements() {}

  /** {@code torch.roll} along axes: what leaves at one end returns at the other. */
  public static Tensor roll(Tensor x, int[] shifts, int[] axes) {
    if (axes.length == 0 && shifts.length == 1) {
      Tensor flat = roll(x.reshape(Shape.of(x.numel())), shifts, new int[] {0});
      return flat.reshape(x.shape());
    }
    if (shifts.length != axes.length) {
      throw new OctantException(
          "Cannot roll "
              + x.description()
              + " by "
              + Arrays.toString(shifts)
              + " along axes "
              + Arrays.toString(axes)
              + ", expected a shift for each axis");
    }
    Tensor out = x;
    for (int i = 0; i < axes.length; i++) {
      int size = x.shape().dim(axes[i]);
      int[] positions = new int[size];
      for (int p = 0; p < size; p++) {
        positions[p] = Math.floorMod(p - shifts[i], size);
      }
      out = Shapes.take(out, axes[i], positions);
    }
    return out;
  }

  /** {@code torch.rot90}: {@code times} quarter turns from the first axis towards the second. */
  public static Tensor rotate(Tensor x, int times, int first, int second) {
    if (x.shape().axis(first) == x.shape().axis(second)) {
      throw new OctantException(
          "Cannot rotate " + x.description() + " in axis " + first + " twice, expected two axes");
    }
    return switch (Math.floorMod(times, 4)) {
      case 1 -> Shapes.transpose(Shapes.flip(x, second), first, second);
      case 2 -> Shapes.flip(x, first, second);
      case 3 -> Shapes.flip(Shapes.transpose(x, first, second), second);
      default -> x;
    };
  }

  /** {@code torch.movedim}: moves axes to new places, the others keep their order. */
  public static Tensor moveAxes(Tensor x, int[] from, int[] to) {
    int rank = x.shape().rank();
    Integer[] order = new Integer[rank];
    List<Integer> rest = new ArrayList<>();
    for (int a = 0; a < rank; a++) {
      rest.add(a);
    }
    boolean fits = from.length == to.length;
    for (int i = 0; fits && i < from.length; i++) {
      int place = x.shape().axis(to[i]);
      fits = rest.remove((Object) x.shape().axis(from[i])) && order[place] == null;
      order[place] = x.shape().axis(from[i]);
    }
    if (!fits) {
      throw new OctantException(
          "Cannot move axes "
              + Arrays.toString(from)
              + " of "
              + x.description()
              + " to "
              + Arrays.toString(to)
              + ", expected as many different axes");
    }
    int[] axes = new int[rank];
    int next = 0;
    for (int a = 0; a < rank; a++) {
      Integer chosen = order[a];
      axes[a] = chosen != null ? chosen : rest.get(next++);
    }
    return Shapes.permute(x, axes);
  }

  /** {@code torch.tile}: as {@link Shapes#repeat}, with missing leading counts taken as 1. */
  public static Tensor tile(Tensor x, int... times) {
    int missing = Math.max(0, x.shape().rank() - times.length);
    int[] all = new int[missing + times.length];
    Arrays.fill(all, 0, missing, 1);
    System.arraycopy(times, 0, all, missing, times.length);
    return Shapes.repeat(x, all);
  }

  /** {@code torch.tensor_split} into a number of parts, of which the first are one longer. */
  public static List<Tensor> splitInto(Tensor x, int parts, int axis) {
    if (parts < 1) {
      throw new OctantException(
          "Cannot split " + x.description() + " into " + parts + " parts, expected at least one");
    }
    int size = x.shape().dim(axis);
    int[] sizes = new int[parts];
    for (int i = 0; i < parts; i++) {
      sizes[i] = size / parts + (i < size % parts ? 1 : 0);
    }
    return Shapes.split(x, axis, sizes);
  }

  /** {@code torch.tensor_split} before given indices, which slices are clipped to as in Python. */
  public static List<Tensor> splitAt(Tensor x, int[] indices, int axis) {
    int size = x.shape().dim(axis);
    List<Tensor> out = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= indices.length; i++) {
      int end = i == indices.length ? size : within(indices[i], size);
      out.add(Shapes.narrow(x, axis, start, Math.max(0, end - start)));
      start = end;
    }
    return out;
  }

  private static int within(int index, int size) {
    return Math.max(0, Math.min(size, index < 0 ? index + size : index));
  }

  /** {@code torch.meshgrid}: each vector along its own axis, repeated along the others. */
  public static List<Tensor> grid(List<Tensor> vectors) {
    int[] dims = vectors.stream().mapToInt(Tensor::numel).toArray();
    List<Tensor> out = new ArrayList<>();
    for (int i = 0; i < dims.length; i++) {
      int[] own = new int[dims.length];
      Arrays.fill(own, 1);
      own[i] = dims[i];
      out.add(Shapes.expand(vectors.get(i).reshape(Shape.of(own)), Shape.of(dims)));
    }
    return out;
  }

  /** The first elements of an axis, as many as each index of another axis says, turned around. */
  public static Tensor reversed(Tensor x, Tensor lengths, int batchAxis, int timeAxis) {
    int batch = x.shape().axis(batchAxis);
    int time = x.shape().axis(timeAxis);
    int[] strides = x.shape().strides();
    if (batch == time || lengths.numel() != x.shape().dim(batch)) {
      throw new OctantException(
          "Cannot reverse "
              + x.description()
              + " by lengths "
              + lengths.description()
              + ", expected one for each index of axis "
              + batch
              + " along another");
    }
    int[] from = new int[x.numel()];
    for (int i = 0; i < from.length; i++) {
      int at = i / strides[time] % x.shape().dim(time);
      long length = lengths.longAt(i / strides[batch] % x.shape().dim(batch));
      if (length < 0 || length > x.shape().dim(time)) {
        throw new OctantException(
            "Cannot reverse "
                + length
                + " elements of axis "
                + time
                + " of "
                + x.description()
                + ", expected no more than it has");
      }
      from[i] = at < length ? i + (int) (length - 1 - 2L * at) * strides[time] : i;
    }
    return Strided.gather(x, x.shape(), from);
  }
}
