package io.octant.reference.quantized;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.tensor.Tensor;

/** {@code torch.ops.quantized.add}, {@code mul} and their fused and scalar forms. */
final class ArithmeticOperators implements OperatorFamily {
  private static final String SIGNATURE = "qa, qb, scale=1.0, zero_point=0";

  @Override
  public void register(OperatorSet.Builder into) {
    into.define(
            SIGNATURE,
            a -> add(a, PostOperation.NONE),
            "torch.ops.quantized.add",
            "torch.ops.quantized.add_scalar")
        .define(
            SIGNATURE,
            a -> add(a, PostOperation.RELU),
            "torch.ops.quantized.add_relu",
            "torch.ops.quantized.add_scalar_relu")
        .define(
            SIGNATURE,
            a -> multiply(a, PostOperation.NONE),
            "torch.ops.quantized.mul",
            "torch.ops.quantized.mul_scalar")
        .define(
            SIGNATURE,
            a -> multiply(a, PostOperation.RELU),
            "torch.ops.quantized.mul_relu",
            "torch.ops.quantized.mul_scalar_relu");
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
