package io.octant.reference.quantized;

import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.Operator;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.binding.Signature;
import io.octant.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The quantized operators that the table tells to be a float one between dequantize and quantize,
 * with scale and zero point of the output among their arguments. Included behind the float ones.
 */
public final class RealOperators implements OperatorFamily {
  @Override
  public void register(OperatorSet.Builder into) {
    for (OperatorRow row : Operators.standard().rows()) {
      if (row.real() != null) {
        OperatorRow real = Operators.standard().row(row.real());
        into.define(row.name(), between(row, real, into.operator(real.name())));
      }
    }
  }

  private static Operator between(OperatorRow quantized, OperatorRow real, Operator kernel) {
    String input = signature(quantized).first();
    List<Signature.Parameter> parameters = signature(real).parameters();
    return args ->
        RealArithmetic.apply(
            args.tensor(input),
            OutputQParams.of(args),
            x -> (Tensor) kernel.apply(arguments(args, parameters, x)));
  }

  private static Signature signature(OperatorRow row) {
    return Signature.parse(row.calls().get(0).parameters());
  }

  private static NamedValues arguments(
      NamedValues args, List<Signature.Parameter> parameters, Tensor x) {
    Map<String, Object> out = new HashMap<>();
    for (Signature.Parameter p : parameters) {
      Object value = args.has(p.name()) ? args.value(p.name()) : p.fallback();
      if (value != null) {
        out.put(p.name(), value);
      }
    }
    out.put(parameters.get(0).name(), x);
    return new NamedValues(args.owner(), out);
  }
}
