package io.octant.reference;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.PoolGeometry;
import io.octant.reference.kernel.Pooling;
import io.octant.tensor.Tensor;
import java.util.List;

/** Max, average and adaptive pools over one to three axes. */
final class PoolingOperators {
  private static final String F = "torch.nn.functional.";

  private PoolingOperators() {}

  static void register(OperatorSet.Builder ops) {
    for (int rank = 1; rank <= 3; rank++) {
      int axes = rank;
      String d = rank + "d";
      ops.define(
          "input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False",
          a -> max(a, axes),
          F + "max_pool" + d,
          "torch.max_pool" + d);
      ops.define(
          "input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,"
              + " divisor_override=None",
          a -> average(a, axes),
          F + "avg_pool" + d,
          "torch._C._nn.avg_pool" + d);
      ops.define(
          "input, output_size",
          a -> Pooling.adaptiveAverage(a.tensor("input"), outputSize(a, axes)),
          F + "adaptive_avg_pool" + d);
      ops.define(
          "input, output_size, return_indices=False",
          a -> Pooling.adaptiveMax(a.tensor("input"), outputSize(a, axes)),
          F + "adaptive_max_pool" + d);
    }
  }

  private static Object max(NamedValues args, int axes) {
    Tensor x = args.tensor("input");
    PoolGeometry g = geometry(args, axes, args.ints("dilation", axes));
    Tensor out = Pooling.max(x, g);
    return args.flag("return_indices") ? Tuple.of(out, Pooling.maxIndices(x, g)) : out;
  }

  private static Object average(NamedValues args, int axes) {
    int[] ones = new int[axes];
    java.util.Arrays.fill(ones, 1);
    PoolGeometry g = geometry(args, axes, ones);
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

  private static PoolGeometry geometry(NamedValues args, int axes, int[] dilation) {
    int[] kernel = args.ints("kernel_size", axes);
    boolean ownStride = !args.isNone("stride");
    return new PoolGeometry(
        kernel,
        ownStride ? args.ints("stride", axes) : kernel,
        args.ints("padding", axes),
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
