package io.octant.nn.quantized;

import io.octant.OctantException;
import io.octant.graph.Module;
import io.octant.nn.intrinsic.FusedKind;
import io.octant.nn.intrinsic.FusedModule;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.reference.binding.NamedValues;
import io.octant.reference.kernel.Padding;
import io.octant.reference.quantized.ConvolutionGeometry;
import io.octant.reference.quantized.PackedConvolution;
import io.octant.reference.quantized.PackedLinear;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.QParams;
import io.octant.tensor.Shape;
import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Makes modules on quantized tensors from reference modules, fused modules around them, and float
 * modules; the {@code from_reference} and {@code from_float} of PyTorch's quantized classes, as
 * {@code fx._lower_to_native_backend} calls them.
 */
public final class StaticLowering {
  private final QuantizedEngine engine;

  /** Packs weights for an engine. */
  public StaticLowering(QuantizedEngine engine) {
    this.engine = engine;
  }

  /**
   * Lowers a module.
   *
   * @param output scale and zero point observed after the module
   * @throws OctantException if there is no quantized form
   */
  public QuantizedModule lower(Module module, QParams output) {
    if (module instanceof FusedModule fused) {
      return lowerFused(fused, output);
    }
    if (module instanceof ReferenceModule reference) {
      return lowerReference(reference, output);
    }
    if (module.type().name().equals("torch.nn.Dropout")) {
      return new QuantizedDropout(module);
    }
    return RequantizedModule.of(module, output);
  }

  private QuantizedModule lowerReference(ReferenceModule module, QParams output) {
    String type = module.floatType().name();
    if (type.equals("torch.nn.Linear")) {
      return QuantizedLinear.of(packLinear(module), output, QuantizedLinear.Activation.NONE);
    }
    if (type.startsWith("torch.nn.Conv")) {
      return convolution(module, output, QuantizedConvolution.Fusion.NONE);
    }
    throw unsupported(module);
  }

  private QuantizedModule lowerFused(FusedModule module, QParams output) {
    if (module.kind() == FusedKind.BN_RELU_2D || module.kind() == FusedKind.BN_RELU_3D) {
      return RequantizedModule.of(module, output);
    }
    if (!(module.part(0) instanceof ReferenceModule inner)) {
      throw unsupported(module);
    }
    return switch (module.kind()) {
      case LINEAR_RELU ->
          QuantizedLinear.of(packLinear(inner), output, QuantizedLinear.Activation.RELU);
      case LINEAR_TANH ->
          QuantizedLinear.of(packLinear(inner), output, QuantizedLinear.Activation.TANH);
      case LINEAR_LEAKY_RELU ->
          QuantizedLinear.leakyRelu(
              packLinear(inner), output, hyper(module.part(1)).number("negative_slope"));
      case CONV_RELU_1D, CONV_RELU_2D, CONV_RELU_3D ->
          convolution(inner, output, QuantizedConvolution.Fusion.RELU);
      case CONV_ADD_2D -> convolution(inner, output, QuantizedConvolution.Fusion.ADD);
      case CONV_ADD_RELU_2D -> convolution(inner, output, QuantizedConvolution.Fusion.ADD_RELU);
      default -> throw unsupported(module);
    };
  }

  private PackedLinear packLinear(ReferenceModule module) {
    return new PackedLinear(module.quantizedWeight("weight"), module.findTensor("bias"), engine);
  }

  private QuantizedConvolution convolution(
      ReferenceModule module, QParams output, QuantizedConvolution.Fusion fusion) {
    NamedValues hyper = hyper(module);
    Tensor weight = module.quantizedWeight("weight");
    int rank = weight.shape().rank() - 2;
    ConvolutionGeometry geometry =
        new ConvolutionGeometry(
            ints(hyper, "stride", rank),
            padding(hyper, weight.shape()),
            ints(hyper, "dilation", rank),
            ints(hyper, "output_padding", rank),
            hyper.integer("groups"),
            hyper.flag("transposed"));
    PackedConvolution packed =
        new PackedConvolution(weight, module.findTensor("bias"), geometry, engine);
    return new QuantizedConvolution(
        packed, output, fusion, Padding.Mode.of(hyper.text("padding_mode")));
  }

  /**
   * Padding in numbers: as it is set, none for "valid", and for "same" what keeps the size.
   *
   * @throws OctantException if "same" needs more on one side, as an even kernel does
   */
  private static List<Integer> padding(NamedValues hyper, Shape weight) {
    int rank = weight.rank() - 2;
    if (!(hyper.value("padding") instanceof String name)) {
      return ints(hyper, "padding", rank);
    }
    List<Integer> out = new ArrayList<>();
    List<Integer> dilation = ints(hyper, "dilation", rank);
    for (int i = 0; i < rank; i++) {
      int total = name.equals("same") ? dilation.get(i) * (weight.dim(i + 2) - 1) : 0;
      if (total % 2 != 0) {
        throw new OctantException(
            "Cannot lower "
                + hyper.owner()
                + " with padding same and kernel "
                + weight
                + ", expected as much padding on both sides");
      }
      out.add(total / 2);
    }
    return out;
  }

  private static List<Integer> ints(NamedValues hyper, String name, int rank) {
    return Arrays.stream(hyper.ints(name, rank)).boxed().toList();
  }

  private static NamedValues hyper(Module module) {
    return new NamedValues(module.type().name(), module.hyperparameters());
  }

  private static OctantException unsupported(Module module) {
    return new OctantException(
        "Cannot lower module: " + module.type() + ", expected one with a quantized form");
  }
}
