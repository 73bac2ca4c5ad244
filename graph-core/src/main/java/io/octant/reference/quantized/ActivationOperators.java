package io.octant.reference.quantized;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Activations;
import io.octant.reference.kernel.Elementwise;
import io.octant.reference.kernel.Softmax;
import io.octant.tensor.Quantizer;
import io.octant.tensor.Tensor;
import java.util.function.Function;

/**
 * {@code torch.ops.quantized.elu} and other activations with output parameters of their own:
 * dequantize, compute in float, quantize.
 */
final class ActivationOperators implements OperatorFamily {
  private static final String NAMESPACE = "torch.ops.quantized.";
  private static final String OUTPUT = "output_scale, output_zero_point";

  @Override
  public void register(OperatorSet.Builder into) {
    into.define(
            "self, " + OUTPUT + ", alpha=1, scale=1, input_scale=1",
            ActivationOperators::elu,
            NAMESPACE + "elu")
        .define(
            "self, " + OUTPUT + ", alpha=1",
            a -> apply(a, "self", x -> Activations.celu(x, a.number("alpha"))),
            NAMESPACE + "celu")
        .define(
            "input, " + OUTPUT,
            a -> apply(a, "input", Activations::hardswish),
            NAMESPACE + "hardswish")
        .define(
            "qx, negative_slope, inplace, " + OUTPUT,
            a -> apply(a, "qx", x -> Activations.leakyRelu(x, a.number("negative_slope"))),
            NAMESPACE + "leaky_relu")
        .define(
            "qx, weight, " + OUTPUT,
            a ->
                apply(a, "qx", x -> Activations.prelu(x, Quantizer.dequantize(a.tensor("weight")))),
            NAMESPACE + "prelu")
        .define(
            "qx, dim, " + OUTPUT,
            a -> apply(a, "qx", x -> Softmax.softmax(x, a.integer("dim"))),
            NAMESPACE + "softmax")
        .define("qx, " + OUTPUT, a -> apply(a, "qx", Activations::sigmoid), NAMESPACE + "sigmoid")
        .define(
            "self, " + OUTPUT + ", p=0.5, training=False",
            ActivationOperators::dropout,
            NAMESPACE + "dropout");
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
