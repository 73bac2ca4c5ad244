package io.octant.reference;

import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.binding.OperatorException;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.TypePromotion;
import io.octant.reference.kernel.Values;
import io.octant.tensor.Tensor;

/**
 * The methods that PyTorch also has with a trailing underscore. Tensors are immutable here: such a
 * method returns its result, in the type of the tensor that PyTorch would write it into, and the
 * tensor stays as it was.
 */
final class InplaceOperators {
  private InplaceOperators() {}

  static void register(OperatorSet.Builder ops) {
    for (OperatorRow row : Operators.standard().rows()) {
      for (String name : row.inplace()) {
        ops.derive(name.substring(0, name.length() - 1), name, InplaceOperators::written);
      }
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
              + into.description()
              + ": "
              + t.description()
              + ", expected the same shape");
    }
    if (!into.isQuantized() && !TypePromotion.canCast(t.dtype(), into.dtype())) {
      throw new OperatorException(
          "Cannot write the result of "
              + name
              + " into "
              + into.description()
              + ": "
              + t.dtype()
              + ", expected a type that it can hold");
    }
    return into.isQuantized() ? t : Values.cast(t, into.dtype());
  }
}
