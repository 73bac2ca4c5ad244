package io.octant.reference.quantized;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Activations;
import io.octant.reference.kernel.Normalization;
import io.octant.reference.kernel.Values;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.function.Function;

/**
 * {@code torch.ops.quantized.layer_norm}, {@code group_norm}, {@code instance_norm}, {@code
 * batch_norm*}.
 */
final class QuantizedNormalizationOperators implements OperatorFamily {

  @Override
  public void register(OperatorSet.Builder into) {
    into.define("quantized.layer_norm", a -> apply(a, "input", x -> layerNorm(a, x)))
        .define(
            "quantized.group_norm",
            a -> apply(a, "input", x -> groupNorm(a, x, a.integer("num_groups"))))
        .define(
            "quantized.instance_norm",
            a -> apply(a, "input", x -> groupNorm(a, x, x.shape().dim(1))));
    for (String rank : new String[] {"", "1d", "2d", "3d"}) {
      into.define("quantized.batch_norm" + rank, a -> apply(a, "qx", x -> batchNorm(a, x)))
          .define(
              "quantized.batch_norm" + rank + "_relu",
              a -> apply(a, "qx", x -> Activations.relu(batchNorm(a, x))));
    }
  }

  private static Tensor layerNorm(NamedValues a, Tensor x) {
    return Normalization.layerNorm(
        x,
        Shape.of(a.ints("normalized_shape")),
        a.findTensor("weight"),
        a.findTensor("bias"),
        a.number("eps"));
  }

  private static Tensor groupNorm(NamedValues a, Tensor x, int groups) {
    return Normalization.groupNorm(
        x, groups, a.findTensor("weight"), a.findTensor("bias"), a.number("eps"));
  }

  private static Tensor batchNorm(NamedValues a, Tensor x) {
    Normalization.Statistics running =
        new Normalization.Statistics(Values.of(a.tensor("mean")), Values.of(a.tensor("var")), 0);
    return Normalization.batchNorm(
        x, running, a.findTensor("weight"), a.findTensor("bias"), a.number("eps"));
  }

  private static Tensor apply(NamedValues a, String input, Function<Tensor, Tensor> kernel) {
    return RealArithmetic.apply(a.tensor(input), OutputQParams.of(a), kernel);
  }
}
