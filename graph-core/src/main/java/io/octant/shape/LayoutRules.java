package io.octant.shape;

import io.octant.OctantException;
import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.operator.OperatorRow;
import io.octant.operator.ShapeRule;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

  /** The shape of a function's or method's one float result; null if it must be run. */
  static @Nullable Shape call(OperatorRow row, List<Object> args, Map<String, Object> kwargs) {
    if (args.isEmpty() || !(args.get(0) instanceof Tensor in) || in.isQuantized()) {
      return null;
    }
    if (!in.dtype().isFloatingPoint() || !isNone(kwargs, "dtype")) {
      return null;
    }
    return anyType(row, in.shape(), args, kwargs);
  }

  /** The same for elements of any type. */
  static @Nullable Shape anyType(
      OperatorRow row, Shape x, List<Object> args, Map<String, Object> kwargs) {
    return switch (row.shape()) {
      case TRANSPOSE -> transpose(x, args);
      case PERMUTE -> permute(x, numbers(args, 1));
      case EXPAND -> expand(x, numbers(args, 1));
      case REPEAT -> repeat(x, numbers(args, 1));
      case PAD -> pad(x, numbers(args.size() > 1 ? args.get(1) : kwargs.get("pad")));
      case REDUCE -> reduce(x, args, kwargs);
      case INTERPOLATE -> interpolate(x, args, kwargs);
      case RESIZE -> resize(x, args, kwargs);
      case POOL -> poolFunction(row, x, args, kwargs);
      case ADAPTIVE_POOL ->
          Boolean.TRUE.equals(argument(args, kwargs, 2, "return_indices"))
              ? null
              : adaptive(x, axes(row), argument(args, kwargs, 1, "output_size"));
      default -> null;
    };
  }

  /** How many axes the windows of a pool have, by its name. */
  private static int axes(OperatorRow row) {
    return row.name().charAt(row.name().length() - 2) - '0';
  }

  /** The results of joining float tensors or splitting one; null if it must be run. */
  static @Nullable Object joinedOrSplit(
      ShapeRule rule, List<Object> args, Map<String, Object> kwargs) {
    if (rule == ShapeRule.JOIN) {
      return joined(args.get(0), argument(args, kwargs, 1, "dim"));
    }
    if (!(args.get(0) instanceof Tensor in) || !isPlainFloat(in)) {
      return null;
    }
    long[] sizes = args.size() > 1 && !(args.get(1) instanceof Long) ? numbers(args.get(1)) : null;
    long axis = argument(args, kwargs, 2, "dim") instanceof Long dim ? dim : 0;
    if (sizes == null
        || !isAxis(axis, in.shape().rank())
        || Arrays.stream(sizes).anyMatch(s -> s < 0)
        || Arrays.stream(sizes).sum() != in.shape().dim((int) axis)) {
      return null;
    }
    return new Tuple(
        Arrays.stream(sizes)
            .<Object>mapToObj(s -> Zeros.of(in.dtype(), in.shape().withDim((int) axis, (int) s)))
            .toList());
  }

  private static @Nullable Tensor joined(Object tensors, @Nullable Object dim) {
    List<?> items =
        tensors instanceof Tuple t ? t.items() : tensors instanceof List<?> l ? l : List.of();
    long axis = dim instanceof Long given ? given : 0;
    if (items.isEmpty()
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

  private static boolean isNone(Map<String, Object> kwargs, String name) {
    return kwargs.getOrDefault(name, None.NONE) == None.NONE;
  }

  private static @Nullable Object argument(
      List<Object> args, Map<String, Object> kwargs, int position, String name) {
    return switch (name) {
      case "dim" -> SampleRules.argument(args, kwargs, position, name, "axis");
      case "keepdim" -> SampleRules.argument(args, kwargs, position, name, "keepdims");
      default -> SampleRules.argument(args, kwargs, position, name);
    };
  }

  /** Positional integers from an index on, alone or as one list; null if they are others. */
  private static long @Nullable [] numbers(List<Object> args, int from) {
    if (args.size() == from + 1 && !(args.get(from) instanceof Long)) {
      return numbers(args.get(from));
    }
    return numbers(new Tuple(args.subList(Math.min(from, args.size()), args.size())));
  }

  private static long @Nullable [] numbers(@Nullable Object value) {
    List<?> items = value instanceof Tuple t ? t.items() : value instanceof List<?> l ? l : null;
    if (items == null || !items.stream().allMatch(Long.class::isInstance)) {
      return value instanceof Long one ? new long[] {one} : null;
    }
    return items.stream().mapToLong(Long.class::cast).toArray();
  }

  private static boolean isAxis(long axis, int rank) {
    return axis >= -rank && axis < rank;
  }

  private static @Nullable Shape transpose(Shape x, List<Object> args) {
    long[] axes = numbers(args, 1);
    if (axes == null
        || axes.length != 2
        || !isAxis(axes[0], x.rank())
        || !isAxis(axes[1], x.rank())) {
      return null;
    }
    int[] dims = x.toArray();
    int a = x.axis(axes[0]);
    int b = x.axis(axes[1]);
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

  private static @Nullable Shape reduce(Shape x, List<Object> args, Map<String, Object> kwargs) {
    Object dim = argument(args, kwargs, 1, "dim");
    long[] axes = dim == null ? null : numbers(dim);
    if (axes == null
        || axes.length == 0
        || Arrays.stream(axes).anyMatch(a -> !isAxis(a, x.rank()))) {
      return null;
    }
    boolean keep = Boolean.TRUE.equals(argument(args, kwargs, 2, "keepdim"));
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

  private static @Nullable Shape interpolate(
      Shape x, List<Object> args, Map<String, Object> kwargs) {
    Object size = argument(args, kwargs, 1, "size");
    long[] sizes = size == null ? null : numbers(size);
    if (sizes == null || sizes.length != x.rank() - 2 || x.numel() == 0) {
      return null;
    }
    long[] dims = Arrays.stream(x.toArray()).asLongStream().toArray();
    System.arraycopy(sizes, 0, dims, 2, sizes.length);
    return Arrays.stream(sizes).allMatch(s -> s > 0) ? shape(dims) : null;
  }

  private static @Nullable Shape resize(Shape x, List<Object> args, Map<String, Object> kwargs) {
    Object axisArgument = argument(args, kwargs, 1, "axes");
    Object sizeArgument = argument(args, kwargs, 2, "size");
    long[] axes = axisArgument == null ? null : numbers(axisArgument);
    long[] sizes = sizeArgument == null ? null : numbers(sizeArgument);
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

  /** The shape that a pool's module gives; null if it is none or must be run. */
  static @Nullable Shape pool(OperatorRow row, Shape x, Map<String, Object> settings) {
    if (Boolean.TRUE.equals(settings.get("return_indices"))) {
      return null;
    }
    return switch (row.shape()) {
      case POOL -> windows(x, axes(row), settings);
      case ADAPTIVE_POOL -> adaptive(x, axes(row), settings.get("output_size"));
      default -> null;
    };
  }

  private static @Nullable Shape poolFunction(
      OperatorRow row, Shape x, List<Object> args, Map<String, Object> kwargs) {
    List<String> names =
        row.name().startsWith("max")
            ? List.of(
                "", "kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
            : List.of("", "kernel_size", "stride", "padding", "ceil_mode");
    Map<String, Object> settings = new java.util.HashMap<>(kwargs);
    for (int i = 1; i < Math.min(args.size(), names.size()); i++) {
      settings.put(names.get(i), args.get(i));
    }
    return Boolean.TRUE.equals(settings.get("return_indices"))
        ? null
        : windows(x, axes(row), settings);
  }

  private static @Nullable Shape windows(Shape x, int axes, Map<String, Object> settings) {
    if (x.rank() != axes + 1 && x.rank() != axes + 2) {
      return null;
    }
    Object stride = settings.getOrDefault("stride", None.NONE);
    boolean ceil = Boolean.TRUE.equals(settings.get("ceil_mode"));
    long[] dims = Arrays.stream(x.toArray()).asLongStream().toArray();
    for (int i = 0; i < axes; i++) {
      int at = x.rank() - axes + i;
      long kernel = number(settings.get("kernel_size"), i, 0);
      long step = stride == None.NONE ? kernel : number(stride, i, 0);
      long padding = number(settings.get("padding"), i, 0);
      long dilation = number(settings.get("dilation"), i, 1);
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
    long[] all = numbers(value);
    return all == null || all.length == 0 ? missing : all[Math.min(index, all.length - 1)];
  }
}
