package io.octant.reference.quantized;

import io.octant.reference.binding.NamedValues;
import io.octant.reference.binding.OperatorFamily;
import io.octant.reference.binding.OperatorSet;
import io.octant.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** {@code torch.ops.quantized.conv1d} to {@code conv_transpose3d}: packing and application. */
final class ConvolutionOperators implements OperatorFamily {
  private static final String NAMESPACE = "torch.ops.quantized.";
  private static final String APPLY = "qx, packed_weight, output_scale, output_zero_point";

  private final QuantizedEngine engine;

  ConvolutionOperators(QuantizedEngine engine) {
    this.engine = engine;
  }

  @Override
  public void register(OperatorSet.Builder into) {
    for (int axes = 1; axes <= 3; axes++) {
      int rank = axes;
      String conv = NAMESPACE + "conv" + rank + "d";
      String transposed = NAMESPACE + "conv_transpose" + rank + "d";
      into.define(
              "weight, bias, stride, padding, dilation, groups",
              a -> pack(a, rank),
              conv + "_prepack")
          .define(
              "weight, bias, stride, padding, output_padding, dilation, groups",
              a -> packTransposed(a, rank),
              transposed + "_prepack")
          .define(APPLY, a -> apply(a, PostOperation.NONE), conv, transposed)
          .define(APPLY, a -> apply(a, PostOperation.RELU), conv + "_relu")
          .define("W_prepack", LinearOperators::unpack, conv + "_unpack", transposed + "_unpack");
    }
    String add = "qx, qaccum, packed_weight, output_scale, output_zero_point";
    into.define(add, a -> applyAdd(a, PostOperation.NONE), NAMESPACE + "conv2d_add")
        .define(add, a -> applyAdd(a, PostOperation.RELU), NAMESPACE + "conv2d_add_relu");
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
