package io.octant.shape;

import io.octant.OctantException;
import io.octant.graph.Tuple;
import io.octant.operator.OperatorRow;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Output shapes of operators that move, pad, resize, pool or reduce float tensors, so that they
 * need not be run for a shape: the result may be far larger than the input, or cost far more. A
 * rule answers null where the operator itself has to tell what is wrong with its arguments.
 */
final class LayoutRules {
  private LayoutRules() {}

  /**
   * A shape of computed sizes.
   *
   * @throws OctantException if one is negative or beyond 2^31 − 1
   */
  static Shape shape(long... dims) {
    int[] out = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] < 0 || dims[i] > Integer.MAX_VALUE) {
        throw new OctantException(
            "Cannot make shape: " + Arrays.toString(dims) + ", expected sizes from 0 to 2^31 - 1");
      }
      out[i] = (int) dims[i];
    }
    return Shape.of(out);
  }

  /** A function's or method's one float result; null if it must be run. */
  static @Nullable Tensor call(BoundCall call) {
    if (!(call.find(0) instanceof Tensor in) || !isPlainFloat(in) || call.find("dtype") != null) {
      return null;
    }
    Shape shape = anyType(call, in.shape());
    return shape == null ? null : Zeros.of(in.dtype(), shape);
  }

  /** The shape of one result for elements of any type. */
  static @Nullable Shape anyType(BoundCall call, Shape x) {
    return switch (call.row().shape()) {
      case TRANSPOSE ->
          transpose(x, BoundCall.numbers(call.find(1)), BoundCall.numbers(call.find(2)));
      case PERMUTE -> permute(x, call.numbers("dims"));
      case EXPAND -> expand(x, call.numbers("size"));
      case REPEAT -> repeat(x, call.numbers("repeats"));
      case PAD -> pad(x, call.numbers("pad"));
      case REDUCE -> reduce(x, call.numbers("dim"), call.flag("keepdim"));
      case INTERPOLATE -> interpolate(x, call.numbers("size"));
      case RESIZE -> resize(x, call.numbers("axes"), call.numbers("size"));
      case POOL, ADAPTIVE_POOL -> pool(call.row(), x, call::find);
      default -> null;
    };
  }

  /** How many axes the windows of a pool have, by its name. */
  private static int axes(OperatorRow row) {
    return row.name().charAt(row.name().length() - 2) - '0';
  }

  /** Float tensors along an axis, split into given sizes; null if it must be run. */
  static @Nullable Tuple split(BoundCall call) {
    Object given = call.find("split_size_or_sections");
    if (!(call.find("tensor") instanceof Tensor in)
        || !isPlainFloat(in)
        || given instanceof Long
        || !(call.find("dim") instanceof Long axis)) {
      return null;
    }
    long[] sizes = BoundCall.numbers(given);
    if (sizes == null
        || !isAxis(axis, in.shape().rank())
        || Arrays.stream(sizes).anyMatch(s -> s < 0)
        || Arrays.stream(sizes).sum() != in.shape().dim(axis.intValue())) {
      return null;
    }
    return new Tuple(
        Arrays.stream(sizes)
            .<Object>mapToObj(
                s -> Zeros.of(in.dtype(), in.shape().withDim(axis.intValue(), (int) s)))
            .toList());
  }

  /** Float tensors joined along an axis; null if they must be. */
  static @Nullable Tensor joined(BoundCall call) {
    Object tensors = call.find("tensors");
    List<?> items =
        tensors instanceof Tuple t ? t.items() : tensors instanceof List<?> l ? l : List.of();
    if (items.isEmpty()
        || !(call.find("dim") instanceof Long axis)
        || !(items.get(0) instanceof Tensor first)
        || !isAxis(axis, first.shape().rank())) {
      return null;
    }
    int at = first.shape().axis(axis);
    long size = 0;
    for (Object item : items) {
      if (!(item instanceof Tensor t)
          || !isPlainFloat(t)
          || t.dtype() != first.dtype()
          || t.shape().rank() != first.shape().rank()
          || !t.shape().withDim(at, 1).equals(first.shape().withDim(at, 1))) {
        return null;
      }
      size += t.shape().dim(at);
    }
    long[] dims = Arrays.stream(first.shape().toArray()).asLongStream().toArray();
    dims[at] = size;
    return Zeros.of(first.dtype(), shape(dims));
  }

  private static boolean isPlainFloat(Tensor t) {
    return t.dtype().isFloatingPoint() && !t.isQuantized();
  }

  private static boolean isAxis(long axis, int rank) {
    return axis >= -rank && axis < rank;
  }

  private static @Nullable Shape transpose(Shape x, long @Nullable [] from, long @Nullable [] to) {
    if (from == null
        || to == null
        || from.length + to.length != 2
        || !isAxis(from[0], x.rank())
        || !isAxis(to[0], x.rank())) {
      return null;
    }
    int[] dims = x.toArray();
    int a = x.axis(from[0]);
    int b = x.axis(to[0]);
    dims[a] = x.dim(b);
    dims[b] = x.dim(a);
    return Shape.of(dims);
  }

  private static @Nullable Shape permute(Shape x, long @Nullable [] axes) {
    if (axes == null || axes.length != x.rank()) {
      return null;
    }
    int[] dims = new int[axes.length];
    boolean[] seen = new boolean[axes.length];
    for (int i = 0; i < axes.length; i++) {
      if (!isAxis(axes[i], x.rank()) || seen[x.axis(axes[i])]) {
        return null;
      }
      seen[x.axis(axes[i])] = true;
      dims[i] = x.dim(x.axis(axes[i]));
    }
    return Shape.of(dims);
  }

  private static @Nullable Shape expand(Shape x, long @Nullable [] sizes) {
    if (sizes == null || sizes.length < x.rank()) {
      return null;
    }
    long[] dims = sizes.clone();
    for (int i = 1; i <= x.rank(); i++) {
      int at = sizes.length - i;
      int have = x.dim(-i);
      if (dims[at] == -1) {
        dims[at] = have;
      } else if (have != 1 && have != dims[at]) {
        return null;
      }
    }
    return shape(dims);
  }

  private static @Nullable Shape repeat(Shape x, long @Nullable [] times) {
    if (times == null || times.length < x.rank()) {
      return null;
    }
    long[] dims = times.clone();
    for (int i = 1; i <= x.rank(); i++) {
      dims[times.length - i] = bounded(dims[times.length - i], x.dim(-i));
    }
    return shape(dims);
  }

  /** A product, or a number beyond every size. */
  private static long bounded(long a, long b) {
    return Math.abs(a) > Integer.MAX_VALUE ? a : a * b;
  }

  private static @Nullable Shape pad(Shape x, long @Nullable [] amounts) {
    if (amounts == null || amounts.length % 2 != 0 || amounts.length > 2 * x.rank()) {
      return null;
    }
    long[] dims = Arrays.stream(x.toArray()).asLongStream().toArray();
    for (int i = 0; i < amounts.length; i += 2) {
      int at = x.rank() - 1 - i / 2;
      if (Math.abs(amounts[i]) > Integer.MAX_VALUE
          || Math.abs(amounts[i + 1]) > Integer.MAX_VALUE) {
        return null;
      }
      dims[at] += amounts[i] + amounts[i + 1];
    }
    return shape(dims);
  }

  private static @Nullable Shape reduce(Shape x, long @Nullable [] axes, boolean keep) {
    if (axes == null
        || axes.length == 0
        || Arrays.stream(axes).anyMatch(a -> !isAxis(a, x.rank()))) {
      return null;
    }
    List<Integer> over = Arrays.stream(axes).mapToObj(x::axis).toList();
    if (over.stream().anyMatch(a -> x.dim(a) == 0)
        || over.stream().distinct().count() < over.size()) {
      return null;
    }
    List<Integer> dims = new ArrayList<>();
    for (int i = 0; i < x.rank(); i++) {
      if (!over.contains(i)) {
        dims.add(x.dim(i));
      } else if (keep) {
        dims.add(1);
      }
    }
    return Shape.of(dims.stream().mapToInt(d -> d).toArray());
  }

  private static @Nullable Shape interpolate(Shape x, long @Nullable [] sizes) {
    if (sizes == null || sizes.length != x.rank() - 2 || x.numel() == 0) {
      return null;
    }
    long[] dims = Arrays.stream(x.toArray()).asLongStream().toArray();
    System.arraycopy(sizes, 0, dims, 2, sizes.length);
    return Arrays.stream(sizes).allMatch(s -> s > 0) ? shape(dims) : null;
  }

  private static @Nullable Shape resize(Shape x, long @Nullable [] axes, long @Nullable [] sizes) {
    if (axes == null || sizes == null || axes.length != sizes.length || x.numel() == 0) {
      return null;
    }
    long[] dims = Arrays.stream(x.toArray()).asLongStream().toArray();
    for (int i = 0; i < axes.length; i++) {
      if (!isAxis(axes[i], x.rank()) || sizes[i] < 1) {
        return null;
      }
      dims[x.axis(axes[i])] = sizes[i];
    }
    return shape(dims);
  }

  // ---- pools

  /**
   * The shape that a pool gives; null if it is none or must be run.
   *
   * @param settings of the module or the call, by name; null for None
   */
  static @Nullable Shape pool(
      OperatorRow row, Shape x, Function<String, @Nullable Object> settings) {
    if (Boolean.TRUE.equals(settings.apply("return_indices"))) {
      return null;
    }
    return switch (row.shape()) {
      case POOL -> windows(x, axes(row), settings);
      case ADAPTIVE_POOL -> adaptive(x, axes(row), settings.apply("output_size"));
      default -> null;
    };
  }

  private static @Nullable Shape windows(
      Shape x, int axes, Function<String, @Nullable Object> settings) {
    if (x.rank() != axes + 1 && x.rank() != axes + 2) {
      return null;
    }
    boolean ceil = Boolean.TRUE.equals(settings.apply("ceil_mode"));
    long[] dims = Arrays.stream(x.toArray()).asLongStream().toArray();
    for (int i = 0; i < axes; i++) {
      int at = x.rank() - axes + i;
      long kernel = number(settings.apply("kernel_size"), i, 0);
      long step = number(settings.apply("stride"), i, kernel);
      long padding = number(settings.apply("padding"), i, 0);
      long dilation = number(settings.apply("dilation"), i, 1);
      if (kernel < 1 || step < 1 || padding < 0 || dilation < 1 || 2 * padding > kernel) {
        return null;
      }
      long room = dims[at] + 2 * padding - dilation * (kernel - 1) - 1 + (ceil ? step - 1 : 0);
      long size = Math.floorDiv(room, step) + 1;
      if (ceil && (size - 1) * step >= dims[at] + padding) {
        size--;
      }
      if (size < 1) {
        return null;
      }
      dims[at] = size;
    }
    return shape(dims);
  }

  private static @Nullable Shape adaptive(Shape x, int axes, @Nullable Object outputSize) {
    boolean fits = x.rank() == axes + 1 || x.rank() == axes + 2;
    long[] dims = Arrays.stream(x.toArray()).asLongStream().toArray();
    for (int i = 0; i < axes && fits; i++) {
      long size = number(outputSize, i, -1);
      fits = size >= 1 && dims[dims.length - axes + i] > 0;
      dims[dims.length - axes + i] = size;
    }
    return fits ? shape(dims) : null;
  }

  private static long number(@Nullable Object value, int index, long missing) {
    long[] all = BoundCall.numbers(value);
    return all == null || all.length == 0 ? missing : all[Math.min(index, all.length - 1)];
  }
}
