package io.octant.kernels.binding;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How a tensor lies in a buffer: element type, logical dims in PyTorch's order, the stride of each
 * and the offset of the first element, counted in elements. Immutable.
 *
 * <p>Views (permute, narrow, expand, reshape where possible) are new layouts over the same buffer,
 * so they cost nothing at run time.
 */
public final class MemoryLayout {
  private final ElementType type;
  private final long[] dims;
  private final long[] strides;
  private final long offset;

  private MemoryLayout(ElementType type, long[] dims, long[] strides, long offset) {
    this.type = type;
    this.dims = dims;
    this.strides = strides;
    this.offset = offset;
  }

  /** Dense, last axis fastest. */
  public static MemoryLayout rowMajor(ElementType type, long... dims) {
    return ordered(type, dims, IntStream.range(0, dims.length).toArray());
  }

  /** Dense, axis 1 fastest and the axes after it in their order: {@code nhwc} for rank 4. */
  public static MemoryLayout channelsLast(ElementType type, long... dims) {
    int rank = dims.length;
    if (rank < 3) {
      return rowMajor(type, dims);
    }
    int[] order =
        IntStream.range(0, rank).map(i -> i == 0 ? 0 : i == rank - 1 ? 1 : i + 1).toArray();
    return ordered(type, dims, order);
  }

  /** Dense with the axes in {@code order}, slowest first. */
  private static MemoryLayout ordered(ElementType type, long[] dims, int[] order) {
    long[] strides = new long[dims.length];
    long step = 1;
    for (int i = order.length - 1; i >= 0; i--) {
      strides[order[i]] = step;
      step *= Math.max(dims[order[i]], 1);
    }
    return new MemoryLayout(type, dims.clone(), strides, 0);
  }

  /** The element type. */
  public ElementType type() {
    return type;
  }

  /** How many axes there are, 0 for a scalar. */
  public int rank() {
    return dims.length;
  }

  /** The size of an axis. */
  public long dim(int axis) {
    return dims[axis];
  }

  /** Elements from one index of an axis to the next; 0 for an expanded axis. */
  public long stride(int axis) {
    return strides[axis];
  }

  /** All sizes, a copy. */
  public long[] dims() {
    return dims.clone();
  }

  /** All strides, a copy. */
  public long[] strides() {
    return strides.clone();
  }

  /** Bytes from the start of the buffer to the first element. */
  public long offsetBytes() {
    return offset * type.bytes();
  }

  /**
   * How many elements there are.
   *
   * @throws ArithmeticException if that passes 2⁶³ − 1
   */
  public long elements() {
    return Arrays.stream(dims).reduce(1, Math::multiplyExact);
  }

  /** Bytes of the elements, not of what lies between them. */
  public long bytes() {
    return elements() * type.bytes();
  }

  /** The same dims and order, dense, with another element type. */
  public MemoryLayout withType(ElementType other) {
    return ordered(other, dims, axesBySlowness());
  }

  /** The same dims, dense, axes ordered as they are here. */
  public MemoryLayout dense() {
    return withType(type);
  }

  /** True if the elements fill their memory without holes, in whatever order of axes. */
  public boolean isDense() {
    return sameMemoryOrder(dense());
  }

  /**
   * True if equal indices lie at equal places after the first element; axes of length 1 are free.
   */
  public boolean sameMemoryOrder(MemoryLayout other) {
    if (!Arrays.equals(dims, other.dims)) {
      return false;
    }
    return IntStream.range(0, dims.length)
        .allMatch(i -> dims[i] == 1 || strides[i] == other.strides[i]);
  }

  /**
   * The same place in memory with the strides of {@code model}, which must order memory alike;
   * gives axes of length 1 the strides that oneDNN expects.
   */
  public MemoryLayout like(MemoryLayout model) {
    if (!sameMemoryOrder(model)) {
      throw new IllegalArgumentException("Cannot restate " + this + " as " + model);
    }
    return new MemoryLayout(type, dims, model.strides, offset);
  }

  // ---- views

  /** Axis {@code i} of the result is axis {@code order[i]} of this. */
  public MemoryLayout permute(int... order) {
    return new MemoryLayout(
        type,
        Arrays.stream(order).mapToLong(i -> dims[i]).toArray(),
        Arrays.stream(order).mapToLong(i -> strides[i]).toArray(),
        offset);
  }

  /** Keeps indices {@code start, start + step, …} of an axis, {@code length} of them. */
  public MemoryLayout narrow(int axis, long start, long length, long step) {
    long[] d = dims.clone();
    long[] s = strides.clone();
    d[axis] = length;
    s[axis] = strides[axis] * step;
    return new MemoryLayout(type, d, s, offset + start * strides[axis]);
  }

  /** Drops an axis at one index. */
  public MemoryLayout select(int axis, long index) {
    return narrow(axis, index, 1, 1).without(axis);
  }

  /** Drops an axis of length 1. */
  public MemoryLayout without(int axis) {
    int[] kept = IntStream.range(0, dims.length).filter(i -> i != axis).toArray();
    return permute(kept);
  }

  /** Adds an axis of length 1. */
  public MemoryLayout with(int axis) {
    long[] d = new long[dims.length + 1];
    long[] s = new long[dims.length + 1];
    for (int i = 0; i < d.length; i++) {
      int from = i < axis ? i : i - 1;
      d[i] = i == axis ? 1 : dims[from];
      s[i] = i == axis ? (axis < dims.length ? dims[axis] * strides[axis] : 1) : strides[from];
    }
    return new MemoryLayout(type, d, s, offset);
  }

  /** Broadcasts to {@code to}: axes align at the last, those of length 1 get stride 0. */
  public MemoryLayout expand(long... to) {
    long[] s = new long[to.length];
    int shift = to.length - dims.length;
    for (int i = 0; i < to.length; i++) {
      s[i] = i >= shift && dims[i - shift] == to[i] ? strides[i - shift] : 0;
    }
    return new MemoryLayout(type, to.clone(), s, offset);
  }

  /**
   * The elements in row-major order of their indices under other dims, if that is a view: runs of
   * axes are split and joined where memory allows. Empty if elements would have to move.
   */
  public Optional<MemoryLayout> reshape(long... to) {
    if (elements() == 0) { // of sizes that need not come in runs: [4, 0, 5] to [0, 5]
      MemoryLayout empty = rowMajor(type, to);
      return empty.elements() == 0 ? Optional.of(empty) : Optional.empty();
    }
    long[] s = new long[to.length];
    int from = 0;
    int at = 0;
    long[] d = dims;
    while (from < d.length || at < to.length) {
      // One run on each side with the same number of elements.
      int fromEnd = from;
      int atEnd = at;
      long fromSize = fromEnd < d.length ? d[fromEnd++] : 1;
      long atSize = atEnd < to.length ? to[atEnd++] : 1;
      while (fromSize != atSize) {
        if (fromSize < atSize && fromEnd < d.length) {
          fromSize *= d[fromEnd++];
        } else if (atSize < fromSize && atEnd < to.length) {
          atSize *= to[atEnd++];
        } else {
          return Optional.empty();
        }
      }
      long inner = runStride(from, fromEnd);
      if (inner < 0) {
        return Optional.empty();
      }
      for (int i = atEnd - 1; i >= at; i--) {
        s[i] = inner;
        inner *= to[i];
      }
      from = fromEnd;
      at = atEnd;
    }
    return Optional.of(new MemoryLayout(type, to.clone(), s, offset));
  }

  // The stride with which axes [from, end) are walked as one, −1 if they are not one run.
  private long runStride(int from, int end) {
    long inner = 1;
    long expected = -1;
    for (int i = end - 1; i >= from; i--) {
      if (dims[i] == 1) {
        continue;
      }
      if (expected < 0) {
        inner = strides[i];
      } else if (strides[i] != expected) {
        return -1;
      }
      expected = strides[i] * dims[i];
    }
    return inner;
  }

  // Ties keep their order, so that axes of length 1 stay where they are; a broadcast axis is slow.
  private int[] axesBySlowness() {
    return IntStream.range(0, dims.length)
        .boxed()
        .sorted(
            Comparator.comparingLong((Integer i) -> strides[i] == 0 ? Long.MIN_VALUE : -strides[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Type, dims and strides as the native side reads them. */
  long[] encoded() {
    long[] out = new long[1 + 2 * dims.length];
    out[0] = type.code();
    System.arraycopy(dims, 0, out, 1, dims.length);
    System.arraycopy(strides, 0, out, 1 + dims.length, dims.length);
    return out;
  }

  @Override
  public String toString() {
    return type
        + Arrays.toString(dims)
        + " strides "
        + Arrays.toString(strides)
        + (offset == 0 ? "" : " from " + offset);
  }
}
