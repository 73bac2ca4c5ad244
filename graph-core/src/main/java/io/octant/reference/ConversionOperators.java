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
    ops.define("to", ConversionOperators::to);
    ops.define("type", a -> Values.cast(a.tensor("input"), a.dtype("dtype")));
    ops.define("type_as", a -> Values.cast(a.tensor("input"), a.tensor("other").dtype()));
    cast(ops, "float", DType.FLOAT32);
    cast(ops, "double", DType.FLOAT64);
    cast(ops, "half", DType.FLOAT16);
    cast(ops, "bfloat16", DType.BFLOAT16);
    cast(ops, "long", DType.INT64);
    cast(ops, "int", DType.INT32);
    cast(ops, "short", DType.INT16);
    cast(ops, "char", DType.INT8);
    cast(ops, "byte", DType.UINT8);
    cast(ops, "bool", DType.BOOL);
    ops.define("cpu", a -> a.tensor("input"));
  }

  private static void cast(OperatorSet.Builder ops, String row, DType dtype) {
    ops.define(row, a -> Values.cast(a.tensor("input"), dtype));
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
