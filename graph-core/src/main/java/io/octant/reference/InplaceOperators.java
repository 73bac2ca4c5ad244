package io.octant.reference;

import io.octant.reference.binding.OperatorException;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.TypePromotion;
import io.octant.reference.kernel.Values;
import io.octant.tensor.Tensor;
import java.util.List;

/**
 * The methods that PyTorch also has with a trailing underscore. Tensors are immutable here: such a
 * method returns its result, in the type of the tensor that PyTorch would write it into, and the
 * tensor stays as it was.
 */
final class InplaceOperators {
  private static final List<String> METHODS =
      List.of(
          "abs",
          "absolute",
          "acos",
          "acosh",
          "add",
          "addbmm",
          "addcdiv",
          "addcmul",
          "addmm",
          "addmv",
          "arccos",
          "arccosh",
          "arcsin",
          "arcsinh",
          "arctan",
          "arctan2",
          "arctanh",
          "asin",
          "asinh",
          "atan",
          "atan2",
          "atanh",
          "baddbmm",
          "bitwise_and",
          "bitwise_not",
          "bitwise_or",
          "bitwise_xor",
          "ceil",
          "clamp",
          "clamp_max",
          "clamp_min",
          "clip",
          "copysign",
          "cos",
          "cosh",
          "cumprod",
          "cumsum",
          "deg2rad",
          "div",
          "divide",
          "eq",
          "erf",
          "erfc",
          "exp",
          "exp2",
          "expm1",
          "fix",
          "floor",
          "floor_divide",
          "fmod",
          "frac",
          "ge",
          "greater",
          "greater_equal",
          "gt",
          "hypot",
          "index_fill",
          "le",
          "lerp",
          "less",
          "less_equal",
          "log",
          "log10",
          "log1p",
          "log2",
          "logical_and",
          "logical_not",
          "logical_or",
          "logical_xor",
          "lt",
          "masked_fill",
          "mul",
          "multiply",
          "nan_to_num",
          "ne",
          "neg",
          "negative",
          "not_equal",
          "pow",
          "rad2deg",
          "reciprocal",
          "relu",
          "remainder",
          "round",
          "rsqrt",
          "scatter",
          "scatter_add",
          "sigmoid",
          "sign",
          "sin",
          "sinh",
          "sqrt",
          "square",
          "sub",
          "subtract",
          "tan",
          "tanh",
          "tril",
          "triu",
          "true_divide",
          "trunc");

  private InplaceOperators() {}

  static void register(OperatorSet.Builder ops) {
    for (String method : METHODS) {
      ops.derive("." + method, "." + method + "_", InplaceOperators::written);
    }
  }

  /** A result as it stands in the tensor that it was written into. */
  private static Object written(String name, Object self, Object result) {
    if (!(self instanceof Tensor into) || !(result instanceof Tensor t)) {
      throw new OperatorException("Cannot call " + name + " on " + self + ", expected a tensor");
    }
    if (!t.shape().equals(into.shape())) {
      throw new OperatorException(
          "Cannot write the result of "
              + name
              + " into "
              + into
              + ": "
              + t
              + ", expected the same shape");
    }
    if (!into.isQuantized() && !TypePromotion.canCast(t.dtype(), into.dtype())) {
      throw new OperatorException(
          "Cannot write the result of "
              + name
              + " into "
              + into
              + ": "
              + t.dtype()
              + ", expected a type that it can hold");
    }
    return into.isQuantized() ? t : Values.cast(t, into.dtype());
  }
}
