package io.octant.reference;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Values;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;

/** Changes of element type. */
final class ConversionOperators {
  private ConversionOperators() {}

  static void register(OperatorSet.Builder ops) {
    ops.define(
        "input, *args, dtype=None, device=None, non_blocking=False, copy=False, memory_format=None",
        ConversionOperators::to,
        ".to");
    ops.define("input, dtype", a -> Values.cast(a.tensor("input"), a.dtype("dtype")), ".type");
    ops.define(
        "input, other", a -> Values.cast(a.tensor("input"), a.tensor("other").dtype()), ".type_as");
    cast(ops, DType.FLOAT32, ".float");
    cast(ops, DType.FLOAT64, ".double");
    cast(ops, DType.FLOAT16, ".half");
    cast(ops, DType.BFLOAT16, ".bfloat16");
    cast(ops, DType.INT64, ".long");
    cast(ops, DType.INT32, ".int");
    cast(ops, DType.INT16, ".short");
    cast(ops, DType.INT8, ".char");
    cast(ops, DType.UINT8, ".byte");
    cast(ops, DType.BOOL, ".bool");
    ops.define("input, memory_format=None", a -> a.tensor("input"), ".cpu");
  }

  private static void cast(OperatorSet.Builder ops, DType dtype, String method) {
    ops.define("input, memory_format=None", a -> Values.cast(a.tensor("input"), dtype), method);
  }

  private static Object to(NamedValues args) {
    Tensor x = args.tensor("input");
    if (!args.isNone("dtype")) {
      return Values.cast(x, args.dtype("dtype"));
    }
    for (Object arg : args.items("args")) {
      if (arg instanceof DType d) {
        return Values.cast(x, d);
      }
      if (arg instanceof Tensor other) {
        return Values.cast(x, other.dtype());
      }
    }
    return x; // a device alone: there is only one
  }
}
