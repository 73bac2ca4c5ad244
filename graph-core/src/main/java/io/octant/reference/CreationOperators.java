package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Creation;
import io.octant.tensor.DType;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Functions that make tensors. */
final class CreationOperators {

  private CreationOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define("zeros_like", a -> like(a, 0));
    ops.define("ones_like", a -> like(a, 1));
    ops.define("full_like", a -> like(a, a.number("fill_value")));
    ops.define("new_zeros", a -> news(a, 0));
    ops.define("new_ones", a -> news(a, 1));
    ops.define("new_full", a -> news(a, a.number("fill_value")));
    ops.define("zeros", a -> filled(a, 0));
    ops.define("ones", a -> filled(a, 1));
    ops.define("full", CreationOperators::full);
    ops.define("arange", CreationOperators::arange);
  }

  private static Object like(NamedValues args, double value) {
    Tensor x = args.tensor("input");
    @Nullable DType dtype = args.findDType("dtype");
    return dtype == null
        ? Creation.full(x, x.shape(), value)
        : Creation.full(dtype, x.shape(), value);
  }

  /** A tensor of another size with the type of an existing one. */
  private static Object news(NamedValues args, double value) {
    DType given = args.isNone("dtype") ? args.tensor("input").dtype() : args.dtype("dtype");
    return Creation.full(given, Shape.of(args.ints("size")), value);
  }

  private static Object filled(NamedValues args, double value) {
    @Nullable DType dtype = args.findDType("dtype");
    return Creation.full(dtype == null ? DType.FLOAT32 : dtype, Shape.of(args.ints("size")), value);
  }

  private static Object full(NamedValues args) {
    @Nullable DType dtype = args.findDType("dtype");
    Object value = args.value("fill_value");
    DType natural =
        value instanceof Boolean ? DType.BOOL : value instanceof Long ? DType.INT64 : DType.FLOAT32;
    return Creation.full(
        dtype == null ? natural : dtype, Shape.of(args.ints("size")), args.number("fill_value"));
  }

  private static Object arange(NamedValues args) {
    double[] bounds =
        args.items("bounds").stream().mapToDouble(b -> ((Number) b).doubleValue()).toArray();
    if (bounds.length < 1 || bounds.length > 3) {
      throw args.wrong("bounds", "an end, or a start, an end and a step");
    }
    boolean integers = args.items("bounds").stream().allMatch(Long.class::isInstance);
    @Nullable DType dtype = args.findDType("dtype");
    return Creation.range(
        dtype != null ? dtype : integers ? DType.INT64 : DType.FLOAT32,
        bounds.length == 1 ? 0 : bounds[0],
        bounds.length == 1 ? bounds[0] : bounds[1],
        bounds.length == 3 ? bounds[2] : 1);
  }
}
