package io.octant.reference.binding;

import io.octant.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which operators take floating point tensors only, and which take tensors of one type only, as
 * PyTorch's CPU kernels do. An integer result of a float operator would be a truncated number.
 */
public final class OperandTypes {
  private static final String F = "torch.nn.functional.";

  /** Their first tensor is floating point. */
  private static final Set<String> FLOAT =
      names(
          "F.hardsigmoid F.hardswish F.silu F.mish F.selu F.logsigmoid F.gelu F.elu F.celu F.leaky_relu",
          "F.softplus F.prelu F.hardshrink F.softshrink F.glu F.rrelu F.selu_ F.elu_ F.celu_",
          "F.leaky_relu_ F.rrelu_ torch.selu torch.celu torch.rrelu torch.hardshrink .hardshrink .prelu",
          ".hardsigmoid torch._C._nn.gelu F.softmax F.softmin F.log_softmax torch.softmax",
          "torch.log_softmax .softmax .log_softmax F.scaled_dot_product_attention",
          "torch._C._nn.scaled_dot_product_attention F.batch_norm F.layer_norm torch.layer_norm",
          "F.group_norm torch.group_norm F.instance_norm F.rms_norm torch.rms_norm F.normalize",
          "F.max_pool1d torch.max_pool1d F.adaptive_avg_pool1d",
          "F.adaptive_avg_pool2d F.adaptive_avg_pool3d F.adaptive_max_pool1d F.adaptive_max_pool2d",
          "F.adaptive_max_pool3d F.adaptive_max_pool1d_with_indices",
          "F.adaptive_max_pool2d_with_indices F.adaptive_max_pool3d_with_indices F.interpolate",
          "F.upsample F.unfold F.fold torch.mean .mean torch.std .std torch.var .var torch.std_mean",
          "torch.var_mean torch.norm .norm torch.frac .frac torch.lerp .lerp F.embedding_bag",
          "octant.resize");

  /** Their operands promote to floating point. */
  private static final Set<String> FLOAT_TOGETHER =
      names("torch.hypot .hypot F.cosine_similarity torch.cosine_similarity");

  /** All their tensors have one type. */
  private static final Set<String> ONE_TYPE =
      names(
          "torch.matmul operator.matmul .matmul torch.bmm .bmm torch.mm .mm torch.mv .mv torch.dot",
          ".dot torch.addmm .addmm torch.addmv .addmv torch.addbmm .addbmm torch.baddbmm .baddbmm",
          "torch.einsum F.linear F.conv1d F.conv2d F.conv3d F.conv_transpose1d F.conv_transpose2d",
          "F.conv_transpose3d F.bilinear torch.lerp .lerp F.prelu .prelu");

  /** Modules that call a function of {@link #FLOAT}. */
  private static final Set<String> FLOAT_MODULES =
      names(
          "Hardsigmoid Hardswish SiLU Mish SELU LogSigmoid GELU ELU CELU LeakyReLU Softplus PReLU",
          "Hardshrink Softshrink GLU RReLU Softmax Softmin Softmax2d LogSoftmax BatchNorm1d",
          "BatchNorm2d BatchNorm3d LayerNorm GroupNorm InstanceNorm1d InstanceNorm2d InstanceNorm3d",
          "RMSNorm MaxPool1d AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveAvgPool3d",
          "AdaptiveMaxPool1d AdaptiveMaxPool2d AdaptiveMaxPool3d Upsample UpsamplingNearest2d",
          "UpsamplingBilinear2d Unfold Fold");

  private OperandTypes() {}

  private static Set<String> names(String... lines) {
    Set<String> out = new HashSet<>();
    for (String line : lines) {
      for (String name : line.split(" ")) {
        out.add(name.startsWith("F.") ? F + name.substring(2) : name);
      }
    }
    return Set.copyOf(out);
  }

  /**
   * Checks the tensors of a call.
   *
   * @throws OperatorException naming the operator and the tensor that does not fit
   */
  static void check(String name, NamedValues args, String first) {
    boolean isFloat = FLOAT.contains(name);
    boolean isFloatTogether = FLOAT_TOGETHER.contains(name);
    boolean isOneType = ONE_TYPE.contains(name);
    if (!isFloat && !isFloatTogether && !isOneType) {
      return;
    }
    List<Tensor> tensors = new ArrayList<>();
    args.all().forEach(v -> collect(v, tensors));
    if (isFloat
        && args.value(name.endsWith("embedding_bag") ? "weight" : first) instanceof Tensor t) {
      requireFloat(name, t);
    }
    if (isFloatTogether && tensors.stream().noneMatch(t -> isReal(t))) {
      requireFloat(name, tensors.get(0));
    }
    if (isOneType) {
      requireOneType(name, tensors);
    }
  }

  /**
   * Checks the input of a module, by the module's PyTorch name.
   *
   * @throws OperatorException naming the module, if it takes floating point tensors only
   */
  public static void checkModule(String type, Tensor input) {
    if (FLOAT_MODULES.contains(type.substring(type.lastIndexOf('.') + 1))) {
      requireFloat(type, input);
    }
  }

  private static void collect(Object value, List<Tensor> into) {
    if (value instanceof Tensor t) {
      into.add(t);
    } else if (value instanceof List<?> list) {
      list.forEach(item -> collect(item, into));
    }
  }

  private static boolean isReal(Tensor t) {
    return t.isQuantized() || t.dtype().isFloatingPoint();
  }

  private static void requireFloat(String name, Tensor t) {
    if (!isReal(t)) {
      throw new OperatorException(
          "Cannot apply " + name + " to " + t + ", expected a floating point tensor");
    }
  }

  private static void requireOneType(String name, List<Tensor> tensors) {
    for (Tensor t : tensors) {
      Tensor first = tensors.get(0);
      if (!t.isQuantized() && !first.isQuantized() && t.dtype() != first.dtype()) {
        throw new OperatorException(
            "Cannot apply " + name + " to " + first + " and " + t + ", expected one type");
      }
    }
  }
}
