package io.octant.reference.quantized;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** {@code torch.ops.quantized.conv1d} to {@code conv_transpose3d}: packing and application. */
final class QuantizedConvolutionOperators implements OperatorFamily {

  private final QuantizedEngine engine;

  QuantizedConvolutionOperators(QuantizedEngine engine) {
    this.engine = engine;
  }

  @Override
  public void register(OperatorSet.Builder into) {
    for (int axes = 1; axes <= 3; axes++) {
      int rank = axes;
      String conv = "quantized.conv" + rank + "d";
      into.define(conv + "_prepack", a -> pack(a, rank))
          .define("quantized.conv_transpose" + rank + "d_prepack", a -> packTransposed(a, rank))
          .define(conv, a -> apply(a, PostOperation.NONE))
          .define(conv + "_relu", a -> apply(a, PostOperation.RELU))
          .define(conv + "_unpack", QuantizedLinearOperators::unpack);
    }
    into.define("quantized.conv2d_add", a -> applyAdd(a, PostOperation.NONE))
        .define("quantized.conv2d_add_relu", a -> applyAdd(a, PostOperation.RELU));
  }

  private PackedConvolution pack(NamedValues a, int rank) {
    ConvolutionGeometry geometry =
        ConvolutionGeometry.forward(
            ints(a, "stride", rank),
            ints(a, "padding", rank),
            ints(a, "dilation", rank),
            a.integer("groups"));
    return new PackedConvolution(a.tensor("weight"), a.findTensor("bias"), geometry, engine);
  }

  private PackedConvolution packTransposed(NamedValues a, int rank) {
    ConvolutionGeometry geometry =
        new ConvolutionGeometry(
            ints(a, "stride", rank),
            ints(a, "padding", rank),
            ints(a, "dilation", rank),
            ints(a, "output_padding", rank),
            a.integer("groups"),
            true);
    return new PackedConvolution(a.tensor("weight"), a.findTensor("bias"), geometry, engine);
  }

  private static List<Integer> ints(NamedValues a, String name, int rank) {
    return Arrays.stream(a.ints(name, rank)).boxed().toList();
  }

  private static Tensor apply(NamedValues a, PostOperation post) {
    return Packed.of(a, "packed_weight", PackedConvolution.class)
        .apply(a.tensor("qx"), OutputQParams.of(a), post);
  }

  private static Tensor applyAdd(NamedValues a, PostOperation post) {
    return Packed.of(a, "packed_weight", PackedConvolution.class)
        .apply(a.tensor("qx"), a.tensor("qaccum"), OutputQParams.of(a), post);
  }
}
