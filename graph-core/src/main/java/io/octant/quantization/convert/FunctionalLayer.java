package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Functions with a weight that have integer kernels, and how their weights are packed for those.
 * Every argument of a packing operator is written out, so that a function called with few arguments
 * lowers like one called with all.
 */
enum FunctionalLayer {
  LINEAR("linear", "linear", "linear_relu", 0),
  CONV1D("conv1d", "conv1d", "conv1d_relu", 1),
  CONV2D("conv2d", "conv2d", "conv2d_relu", 2),
  CONV3D("conv3d", "conv3d", "conv3d_relu", 3),
  CONV_TRANSPOSE1D("conv_transpose1d", "conv_transpose1d", "", 1),
  CONV_TRANSPOSE2D("conv_transpose2d", "conv_transpose2d", "", 2),
  CONV_TRANSPOSE3D("conv_transpose3d", "conv_transpose3d", "", 3);

  private static final String QUANTIZED = "torch.ops.quantized.";
  private static final List<String> LINEAR_NAMES = List.of("input", "weight", "bias");
  private static final List<String> CONV_NAMES =
      List.of("input", "weight", "bias", "stride", "padding", "dilation", "groups");
  private static final List<String> CONV_TRANSPOSE_NAMES =
      List.of(
          "input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation");

  private final FunctionType function;
  private final String plain;
  private final String relu;
  private final int rank;

  FunctionalLayer(String function, String plain, String relu, int rank) {
    this.function = FunctionType.of("torch.nn.functional." + function);
    this.plain = plain;
    this.relu = relu;
    this.rank = rank;
  }

  static Optional<FunctionalLayer> of(Node node) {
    return node.operation() instanceof Operation.CallFunction f
        ? Arrays.stream(values()).filter(l -> l.function.equals(f.function())).findFirst()
        : Optional.empty();
  }

  private boolean isTransposed() {
    return name().startsWith("CONV_TRANSPOSE");
  }

  /** The kernel, if there is one with a ReLU when that is asked for. */
  Optional<FunctionType> kernel(boolean withRelu) {
    String name = withRelu ? relu : plain;
    return name.isEmpty() ? Optional.empty() : Optional.of(FunctionType.of(QUANTIZED + name));
  }

  FunctionArguments arguments(Node node) {
    return new FunctionArguments(
        node, this == LINEAR ? LINEAR_NAMES : isTransposed() ? CONV_TRANSPOSE_NAMES : CONV_NAMES);
  }

  /** The operator that packs a weight of a type. */
  FunctionType packing(DType weight) {
    String suffix = this == LINEAR && weight == DType.FLOAT16 ? "_prepack_fp16" : "_prepack";
    return FunctionType.of(QUANTIZED + plain + suffix);
  }

  /** Whether the arguments can be packed: named padding such as "same" cannot. */
  boolean isPackable(Node node) {
    return this == LINEAR || !(arguments(node).value("padding") instanceof String);
  }

  /** Arguments of the packing operator. */
  List<Object> packingArguments(Node node, Node weight) {
    FunctionArguments a = arguments(node);
    List<Object> out = new ArrayList<>(List.of(weight, a.value("bias")));
    if (this == LINEAR) {
      return out;
    }
    out.add(a.spatial("stride", rank, 1));
    out.add(a.spatial("padding", rank, 0));
    if (isTransposed()) {
      out.add(a.spatial("output_padding", rank, 0));
    }
    out.add(a.spatial("dilation", rank, 1));
    out.add(a.value("groups", 1L));
    return out;
  }
}
