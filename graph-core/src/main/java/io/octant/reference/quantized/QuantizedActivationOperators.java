package io.octant.reference.quantized;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Activations;
import io.octant.reference.kernel.Elementwise;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.function.Function;

/**
 * {@code torch.ops.quantized.elu} and other activations with output parameters of their own:
 * dequantize, compute in float, quantize.
 */
final class QuantizedActivationOperators implements OperatorFamily {

  @Override
  public void register(OperatorSet.Builder into) {
    into.define("quantized.elu", QuantizedActivationOperators::elu)
        .define(
            "quantized.prelu",
            a ->
                apply(a, "qx", x -> Activations.prelu(x, Quantizer.dequantize(a.tensor("weight")))))
        .define("quantized.dropout", QuantizedActivationOperators::dropout);
  }

  private static Tensor elu(NamedValues a) {
    double scale = a.number("scale");
    double alpha = a.number("alpha");
    double inputScale = a.number("input_scale");
    return apply(
        a,
        "self",
        x -> Elementwise.map(x, v -> scale * (v > 0 ? v : alpha * Math.expm1(v * inputScale))));
  }

  /** Inference only: the input as it is, output parameters notwithstanding. */
  private static Tensor dropout(NamedValues a) {
    if (a.flag("training")) {
      throw a.wrong("training", "False: quantized dropout is for inference");
    }
    return a.tensor("self");
  }

  private static Tensor apply(NamedValues a, String input, Function<Tensor, Tensor> f) {
    return RealArithmetic.apply(a.tensor(input), OutputQParams.of(a), f);
  }
}
