package io.octant.reference.kernel;

import io.octant.OctantException;
import io.octant.graph.Ellipsis;
import io.octant.graph.None;
import io.octant.graph.Slice;
import io.octant.graph.Tuple;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * {@code tensor[index]} for ints, slices, {@code ...}, {@code None}, and integer or bool tensors
 * (one of them, with any of the others).
 */
public final class Indexing {
  private Indexing() {}

  /** Reads a part of a tensor. */
  public static Tensor index(Tensor x, Object index) {
    List<Object> parts = new ArrayList<>(index instanceof Tuple t ? t.items() : List.of(index));
    expandEllipsis(x, parts);
    Tensor out = x;
    int axis = 0;
    for (Object part : parts) {
      if (part == None.NONE) {
        out = Shapes.unsqueeze(out, axis++);
      } else if (part instanceof Slice s) {
        out = slice(out, axis++, s);
      } else if (part instanceof Long i) {
        out = Shapes.select(out, axis, Math.toIntExact(i));
      } else if (part instanceof Tensor t && t.shape().rank() == 0 && t.dtype() != DType.BOOL) {
        out = Shapes.select(out, axis, Math.toIntExact(t.longAt(0)));
      } else if (part instanceof Tensor t) {
        out = t.dtype() == DType.BOOL ? mask(out, axis, t) : gather(out, axis, t);
        axis += t.dtype() == DType.BOOL ? 1 : t.shape().rank();
      } else if (part instanceof List<?> list) {
        int[] positions = list.stream().mapToInt(i -> Math.toIntExact((Long) i)).toArray();
        out = Shapes.take(out, axis++, positions);
      } else {
        throw new OctantException(
            "Cannot index "
                + x.description()
                + " by "
                + part
                + ", expected an int, slice, ..., None or tensor");
      }
    }
    return out;
  }

  /**
   * The positions of the elements that are not 0; NaN is not.
   *
   * @return [elements, axes] of int64, in row-major order
   */
  public static Tensor nonzero(Tensor x) {
    int[] strides = x.shape().strides();
    int[] found = IntStream.range(0, x.numel()).filter(i -> x.doubleAt(i) != 0).toArray();
    long[] out = new long[found.length * strides.length];
    for (int i = 0; i < out.length; i++) {
      int axis = i % strides.length;
      out[i] = found[i / strides.length] / strides[axis] % x.shape().dim(axis);
    }
    return Tensor.of(DType.INT64, Shape.of(found.length, strides.length), out);
  }

  private static void expandEllipsis(Tensor x, List<Object> parts) {
    int used = 0;
    for (Object p : parts) {
      used += p == None.NONE || p == Ellipsis.ELLIPSIS ? 0 : axesOf(p);
    }
    if (used > x.shape().rank()) {
      throw new OctantException(
          "Cannot index "
              + x.description()
              + " by "
              + parts
              + ", expected at most one index an axis");
    }
    int at = parts.indexOf(Ellipsis.ELLIPSIS);
    if (at >= 0) {
      parts.remove(at);
      for (int i = used; i < x.shape().rank(); i++) {
        parts.add(at, new Slice(None.NONE, None.NONE, None.NONE));
      }
    }
  }

  private static int axesOf(Object part) {
    return part instanceof Tensor t && t.dtype() == DType.BOOL ? t.shape().rank() : 1;
  }

  private static Tensor slice(Tensor x, int axis, Slice s) {
    int size = x.shape().dim(x.shape().axis(axis));
    Range r = range(s, size);
    return r.start == 0 && r.length == size && r.step == 1
        ? x
        : Shapes.slice(x, axis, r.start, r.length, r.step);
  }

  /** A slice within a sequence of a known size. */
  public record Range(int start, int length, int step) {}

  /** Resolves a slice as Python does: negative bounds count from the end, and all are clipped. */
  public static Range range(Slice s, int size) {
    int step = s.step() == None.NONE ? 1 : integer(s.step());
    if (step < 1) {
      throw new OctantException("Cannot slice with step " + step + ", expected a positive one");
    }
    int start = s.start() == None.NONE ? 0 : bound(integer(s.start()), size);
    int stop = s.stop() == None.NONE ? size : bound(integer(s.stop()), size);
    return new Range(start, stop <= start ? 0 : (stop - start - 1) / step + 1, step);
  }

  /** The indexes that a slice takes from a list, in order; a negative step goes backwards. */
  public static int[] positions(Slice s, int size) {
    int step = s.step() == None.NONE ? 1 : integer(s.step());
    if (step >= 0) {
      Range r = range(s, size);
      return IntStream.range(0, r.length()).map(i -> r.start() + i * r.step()).toArray();
    }
    int start = s.start() == None.NONE ? size - 1 : boundBackwards(integer(s.start()), size);
    int stop = s.stop() == None.NONE ? -1 : boundBackwards(integer(s.stop()), size);
    return LongStream.iterate(start, i -> i > stop, i -> i + step).mapToInt(i -> (int) i).toArray();
  }

  private static int boundBackwards(int at, int size) {
    return Math.max(-1, Math.min(size - 1, at < 0 ? at + size : at));
  }

  private static int bound(int at, int size) {
    return Math.max(0, Math.min(size, at < 0 ? at + size : at));
  }

  private static int integer(Object o) {
    if (o instanceof Long l) {
      return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, l));
    }
    if (o instanceof Tensor t && t.numel() == 1) {
      return Math.toIntExact(t.longAt(0));
    }
    throw new OctantException("Cannot slice with " + o + ", expected an int or None");
  }

  private static Tensor gather(Tensor x, int axis, Tensor positions) {
    int[] at = new int[positions.numel()];
    for (int i = 0; i < at.length; i++) {
      at[i] = Math.toIntExact(positions.longAt(i));
    }
    Tensor rows = Shapes.take(x, axis, at);
    return positions.shape().rank() == 1
        ? rows
        : Shapes.unflatten(rows, axis, positions.shape().toArray());
  }

  private static Tensor mask(Tensor x, int axis, Tensor mask) {
    int rank = mask.shape().rank();
    for (int i = 0; i < rank; i++) {
      if (mask.shape().dim(i) != x.shape().dim(axis + i)) {
        throw new OctantException(
            "Cannot index "
                + x.description()
                + " by mask "
                + mask.description()
                + ", expected equal sizes");
      }
    }
    int[] chosen = new int[mask.numel()];
    int n = 0;
    for (int i = 0; i < chosen.length; i++) {
      if (mask.longAt(i) != 0) {
        chosen[n++] = i;
      }
    }
    Tensor flat = rank > 1 ? Shapes.flatten(x, axis, axis + rank - 1) : x;
    return Shapes.take(flat, axis, java.util.Arrays.copyOf(chosen, n));
  }

  /**
   * {@code torch.gather}: elements along an axis at positions of the same rank. Positions below 0
   * count from the end, as ONNX's do.
   *
   * @throws OctantException if a position lies outside the axis, or another axis of the positions
   *     is longer than that of {@code x}
   */
  public static Tensor gatherAlong(Tensor x, int axis, Tensor positions) {
    int at = x.shape().axis(axis);
    requireFits(x, at, positions);
    int size = x.shape().dim(at);
    int[] strides = x.shape().strides();
    int along = strides[at];
    strides[at] = 0;
    int[] base = Strided.indices(positions.shape(), 0, strides);
    for (int i = 0; i < base.length; i++) {
      base[i] += Positions.inside("gather", positions.longAt(i), axis, size, x) * along;
    }
    return Strided.gather(x, Shape.of(positions.shape().toArray()), base);
  }

  private static void requireFits(Tensor x, int at, Tensor positions) {
    boolean fits = positions.shape().rank() == x.shape().rank();
    for (int i = 0; fits && i < x.shape().rank(); i++) {
      fits = i == at || positions.shape().dim(i) <= x.shape().dim(i);
    }
    if (!fits) {
      throw new OctantException(
          "Cannot gather from "
              + x.description()
              + " at positions "
              + positions.description()
              + ", expected the same rank and no axis but "
              + at
              + " that is longer");
    }
  }
}
