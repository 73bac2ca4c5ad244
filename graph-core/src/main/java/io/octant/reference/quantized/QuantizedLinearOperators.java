package io.octant.reference.quantized;

import io.octant.graph.None;
import io.octant.graph.Tuple;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.reference.kernel.Activations;
import io.octant.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** {@code torch.ops.quantized.linear*}: packing, static and dynamic application. */
final class QuantizedLinearOperators implements OperatorFamily {

  private final QuantizedEngine engine;

  QuantizedLinearOperators(QuantizedEngine engine) {
    this.engine = engine;
  }

  @Override
  public void register(OperatorSet.Builder into) {
    into.define("quantized.linear_prepack", this::pack)
        .define(
            "quantized.linear_prepack_fp16",
            a -> PackedLinearFp16.pack(a.tensor("W"), a.findTensor("B")))
        .define("quantized.linear_unpack", QuantizedLinearOperators::unpack)
        .define("quantized.linear", a -> apply(a, PostOperation.NONE))
        .define("quantized.linear_relu", a -> apply(a, PostOperation.RELU))
        .define(
            "quantized.linear_leaky_relu",
            a -> apply(a, PostOperation.leakyRelu(a.number("negative_slope"))))
        .define("quantized.linear_tanh", a -> apply(a, PostOperation.TANH))
        .define("quantized.linear_dynamic", QuantizedLinearOperators::applyDynamic)
        .define("quantized.linear_relu_dynamic", a -> Activations.relu(applyDynamic(a)))
        .define("quantized.linear_dynamic_fp16", QuantizedLinearOperators::applyFp16)
        .define("quantized.linear_relu_dynamic_fp16", a -> Activations.relu(applyFp16(a)));
  }

  private PackedLinear pack(NamedValues a) {
    return new PackedLinear(a.tensor("W"), a.findTensor("B"), engine);
  }

  /** Weight and bias of a packed weight. */
  static Tuple unpack(NamedValues a) {
    PackedWeight packed = Packed.of(a, "W_prepack", PackedWeight.class);
    @Nullable Tensor bias = packed.bias();
    return Tuple.of(packed.unpackedWeight(), bias == null ? None.NONE : bias);
  }

  private static Tensor apply(NamedValues a, PostOperation post) {
    return Packed.of(a, "W_prepack", PackedLinear.class)
        .apply(a.tensor("X"), OutputQParams.of(a, "Y_", "_i"), post);
  }

  private static Tensor applyDynamic(NamedValues a) {
    return Packed.of(a, "W_prepack", PackedLinear.class)
        .applyDynamic(a.tensor("X"), ActivationBits.ofReduceRange(a.flag("reduce_range")));
  }

  private static Tensor applyFp16(NamedValues a) {
    return Packed.of(a, "W_prepack", PackedLinearFp16.class).applyDynamic(a.tensor("X"));
  }
}
