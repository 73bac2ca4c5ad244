package io.octant.reference;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.PoolGeometry;
import io.octant.reference.kernel.Pooling;
import io.octant.reference.kernel.Unpooling;
import io.octant.tensor.Tensor;
import java.util.List;

/** Max, average and adaptive pools over one to three axes. */
final class PoolingOperators {

  private PoolingOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define(
        "pool_positions",
        a ->
            Unpooling.positions(
                a.tensor("indices"),
                a.ints("padded"),
                a.ints("begin"),
                a.ints("size"),
                a.flag("column_major")));
    ops.define(
        "max_unpool",
        a -> Unpooling.unpool(a.tensor("input"), a.tensor("indices"), a.ints("size")));
    for (int rank = 1; rank <= 3; rank++) {
      int axes = rank;
      String d = rank + "d";
      ops.define("max_pool" + d, a -> max(a, axes));
      ops.define("avg_pool" + d, a -> average(a, axes));
      ops.define(
          "adaptive_avg_pool" + d,
          a -> Pooling.adaptiveAverage(a.tensor("input"), outputSize(a, axes)));
      ops.define(
          "adaptive_max_pool" + d,
          a -> a.flag("return_indices") ? adaptiveMaxWithIndices(a, axes) : adaptiveMax(a, axes));
      withIndices(ops, axes);
      ops.define(
          "lp_pool" + d,
          a ->
              Pooling.power(
                  a.tensor("input"),
                  geometry(a, axes, new int[axes], ones(axes)),
                  a.number("norm_type")));
    }
  }

  /** What the functions with {@code return_indices=True} are traced to. */
  private static void withIndices(OperatorSet.Builder ops, int axes) {
    ops.define("max_pool" + axes + "d_with_indices", a -> maxWithIndices(a, axes));
    ops.define("adaptive_max_pool" + axes + "d_with_indices", a -> adaptiveMaxWithIndices(a, axes));
  }

  private static Tensor adaptiveMax(NamedValues args, int axes) {
    return Pooling.adaptiveMax(args.tensor("input"), outputSize(args, axes));
  }

  private static Tuple adaptiveMaxWithIndices(NamedValues args, int axes) {
    return Tuple.of(
        adaptiveMax(args, axes),
        Pooling.adaptiveMaxIndices(args.tensor("input"), outputSize(args, axes)));
  }

  static int[] ones(int count) {
    int[] out = new int[count];
    java.util.Arrays.fill(out, 1);
    return out;
  }

  private static Object max(NamedValues args, int axes) {
    if (args.flag("return_indices")) {
      return maxWithIndices(args, axes);
    }
    return Pooling.max(args.tensor("input"), maxGeometry(args, axes));
  }

  private static Tuple maxWithIndices(NamedValues args, int axes) {
    Tensor x = args.tensor("input");
    PoolGeometry g = maxGeometry(args, axes);
    return Tuple.of(Pooling.max(x, g), Pooling.maxIndices(x, g));
  }

  private static PoolGeometry maxGeometry(NamedValues args, int axes) {
    return geometry(args, axes, args.ints("padding", axes), args.ints("dilation", axes));
  }

  private static Object average(NamedValues args, int axes) {
    PoolGeometry g = geometry(args, axes, args.ints("padding", axes), ones(axes));
    if (!args.isNone("divisor_override")) {
      return Pooling.average(args.tensor("input"), g, args.integer("divisor_override"));
    }
    return Pooling.average(
        args.tensor("input"),
        g,
        args.flag("count_include_pad")
            ? Pooling.Divisor.INCLUDE_PADDING
            : Pooling.Divisor.EXCLUDE_PADDING);
  }

  static PoolGeometry geometry(NamedValues args, int axes, int[] padding, int[] dilation) {
    int[] kernel = args.ints("kernel_size", axes);
    boolean ownStride = !args.isNone("stride");
    return new PoolGeometry(
        kernel,
        ownStride ? args.ints("stride", axes) : kernel,
        padding,
        dilation,
        args.flag("ceil_mode") ? PoolGeometry.Rounding.CEIL : PoolGeometry.Rounding.FLOOR);
  }

  /** Output sizes; None keeps the input's size of an axis and is passed on as −1. */
  private static int[] outputSize(NamedValues args, int axes) {
    Object given = args.value("output_size");
    List<?> items =
        given instanceof Long || given == None.NONE ? List.of(given) : args.items("output_size");
    int[] out = new int[axes];
    for (int i = 0; i < axes; i++) {
      Object item = items.get(items.size() == 1 ? 0 : i);
      out[i] = item instanceof Long size ? Math.toIntExact(size) : -1;
    }
    return out;
  }
}
