package io.octant.reference.quantized;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.tensor.Tensor;

/** {@code torch.ops.quantized.add}, {@code mul} and their fused and scalar forms. */
final class QuantizedArithmeticOperators implements OperatorFamily {

  @Override
  public void register(OperatorSet.Builder into) {
    into.define("quantized.add", a -> add(a, PostOperation.NONE))
        .define("quantized.add_relu", a -> add(a, PostOperation.RELU))
        .define("quantized.mul", a -> multiply(a, PostOperation.NONE))
        .define("quantized.mul_relu", a -> multiply(a, PostOperation.RELU));
  }

  private static Tensor add(NamedValues a, PostOperation post) {
    return areTensors(a)
        ? QuantizedArithmetic.add(a.tensor("qa"), a.tensor("qb"), OutputQParams.of(a, "", ""), post)
        : QuantizedArithmetic.addScalar(a.tensor(tensorName(a)), a.number(scalarName(a)), post);
  }

  private static Tensor multiply(NamedValues a, PostOperation post) {
    return areTensors(a)
        ? QuantizedArithmetic.multiply(
            a.tensor("qa"), a.tensor("qb"), OutputQParams.of(a, "", ""), post)
        : QuantizedArithmetic.multiplyScalar(
            a.tensor(tensorName(a)), a.number(scalarName(a)), post);
  }

  private static boolean areTensors(NamedValues a) {
    return isQuantized(a.value("qa")) && isQuantized(a.value("qb"));
  }

  private static boolean isQuantized(Object value) {
    return value instanceof Tensor t && t.isQuantized();
  }

  /** The scalar may stand on either side. */
  private static String tensorName(NamedValues a) {
    return isQuantized(a.value("qb")) ? "qb" : "qa";
  }

  private static String scalarName(NamedValues a) {
    return isQuantized(a.value("qb")) ? "qa" : "qb";
  }
}
