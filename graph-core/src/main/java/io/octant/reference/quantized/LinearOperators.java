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
final class LinearOperators implements OperatorFamily {
  private static final String NAMESPACE = "torch.ops.quantized.";
  private static final String STATIC = "X, W_prepack, Y_scale_i, Y_zero_point_i";
  private static final String DYNAMIC = "X, W_prepack, reduce_range=False";

  private final QuantizedEngine engine;

  LinearOperators(QuantizedEngine engine) {
    this.engine = engine;
  }

  @Override
  public void register(OperatorSet.Builder into) {
    into.define("W, B=None", this::pack, NAMESPACE + "linear_prepack")
        .define(
            "W, B=None",
            a -> PackedLinearFp16.pack(a.tensor("W"), a.findTensor("B")),
            NAMESPACE + "linear_prepack_fp16")
        .define(
            "W_prepack",
            LinearOperators::unpack,
            NAMESPACE + "linear_unpack",
            NAMESPACE + "linear_unpack_fp16")
        .define(STATIC, a -> apply(a, PostOperation.NONE), NAMESPACE + "linear")
        .define(STATIC, a -> apply(a, PostOperation.RELU), NAMESPACE + "linear_relu")
        .define(
            STATIC + ", negative_slope",
            a -> apply(a, PostOperation.leakyRelu(a.number("negative_slope"))),
            NAMESPACE + "linear_leaky_relu")
        .define(STATIC, a -> apply(a, PostOperation.TANH), NAMESPACE + "linear_tanh")
        .define(DYNAMIC, LinearOperators::applyDynamic, NAMESPACE + "linear_dynamic")
        .define(DYNAMIC, a -> Activations.relu(applyDynamic(a)), NAMESPACE + "linear_relu_dynamic")
        .define("X, W_prepack", LinearOperators::applyFp16, NAMESPACE + "linear_dynamic_fp16")
        .define(
            "X, W_prepack",
            a -> Activations.relu(applyFp16(a)),
            NAMESPACE + "linear_relu_dynamic_fp16");
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
