package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.MethodType;
import io.octant.graph.ModuleType;
import io.octant.graph.TargetType;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Operators that run on quantized tensors under their own names, or under a quantized one. */
final class CopyOperators {
  /** Their output range is fixed, and their kernels impose it. */
  private static final Set<TargetType> FIXED =
      union(
          functions("torch.nn.functional.hardsigmoid", "torch.sigmoid", "torch.tanh"),
          methods("hardsigmoid", "hardsigmoid_", "sigmoid", "sigmoid_", "tanh", "tanh_"),
          modules("Hardsigmoid", "Sigmoid", "Softmax", "Tanh"));

  /** Their output keeps the parameters of the input. */
  private static final Set<TargetType> COPY =
      union(
          functions(
              "torch.nn.functional.adaptive_avg_pool1d",
              "torch.nn.functional.adaptive_avg_pool2d",
              "torch.nn.functional.adaptive_avg_pool3d",
              "torch.nn.functional.avg_pool1d",
              "torch.nn.functional.avg_pool2d",
              "torch.nn.functional.avg_pool3d",
              "torch.nn.functional.hardtanh",
              "torch.nn.functional.hardtanh_",
              "torch.nn.functional.interpolate",
              "torch.nn.functional.max_pool1d",
              "torch.nn.functional.max_pool2d",
              "torch.nn.functional.max_pool3d",
              "torch.nn.functional.relu",
              "torch.nn.functional.relu6",
              "torch.nn.functional.channel_shuffle",
              "torch.clamp",
              "torch.flatten",
              "torch.mean",
              "operator.floordiv"),
          methods("clamp", "mean", "relu", "relu_"),
          modules(
              "AdaptiveAvgPool1d",
              "AdaptiveAvgPool2d",
              "AdaptiveAvgPool3d",
              "AvgPool1d",
              "AvgPool2d",
              "AvgPool3d",
              "Hardtanh",
              "MaxPool1d",
              "MaxPool2d",
              "MaxPool3d",
              "ReLU",
              "ReLU6",
              "ChannelShuffle"));

  /** They move elements about. */
  private static final Set<TargetType> SHAPE =
      union(
          functions(
              "torch.narrow",
              "torch.transpose",
              "torch.repeat_interleave",
              "torch.squeeze",
              "torch.stack",
              "torch.unsqueeze",
              "torch.nn.functional.pixel_shuffle",
              "torch.nn.functional.pixel_unshuffle",
              "torch.cat"),
          methods(
              "contiguous",
              "detach",
              "detach_",
              "permute",
              "repeat",
              "repeat_interleave",
              "reshape",
              "resize_",
              "squeeze",
              "squeeze_",
              "transpose",
              "unsqueeze",
              "unsqueeze_",
              "view"),
          modules("Identity", "PixelShuffle", "PixelUnshuffle"));

  private static final Map<TargetType, FunctionType> QUANTIZED = new HashMap<>();

  static {
    for (String name :
        new String[] {"elu", "hardswish", "instance_norm", "layer_norm", "leaky_relu", "dropout"}) {
      QUANTIZED.put(
          FunctionType.of("torch.nn.functional." + name),
          FunctionType.of("torch.ops.quantized." + name));
    }
  }

  /** Modules that have a quantized form with scale and zero point of the output. */
  private static final Set<String> REQUANTIZED =
      Set.of(
          "torch.nn.BatchNorm2d",
          "torch.nn.BatchNorm3d",
          "torch.ao.nn.intrinsic.BNReLU2d",
          "torch.ao.nn.intrinsic.BNReLU3d",
          "torch.ao.nn.quantized.reference.ConvTranspose1d",
          "torch.ao.nn.quantized.reference.ConvTranspose2d",
          "torch.ao.nn.quantized.reference.ConvTranspose3d",
          "torch.nn.ELU",
          "torch.nn.LeakyReLU",
          "torch.nn.Hardswish",
          "torch.nn.InstanceNorm1d",
          "torch.nn.InstanceNorm2d",
          "torch.nn.InstanceNorm3d",
          "torch.nn.LayerNorm",
          "torch.nn.Dropout",
          "torch.nn.PReLU");

  private CopyOperators() {}

  /** Whether an operator runs on quantized tensors as it is. */
  static boolean runsAsIs(TargetType type) {
    return FIXED.contains(type) || COPY.contains(type) || SHAPE.contains(type);
  }

  /** Whether kernels impose the parameters of the output. */
  static boolean hasFixedParameters(TargetType type) {
    return FIXED.contains(type);
  }

  /** The quantized operator that takes the place of a function, null if there is none. */
  static @Nullable FunctionType quantized(TargetType type) {
    return QUANTIZED.get(type);
  }

  /** Whether a module is replaced by one that knows scale and zero point of its output. */
  static boolean isRequantized(TargetType type) {
    return REQUANTIZED.contains(type.name());
  }

  /** Whether the quantized form computes new values, so that half precision has none. */
  static boolean computes(TargetType type) {
    return FIXED.contains(type) || QUANTIZED.containsKey(type) || isRequantized(type);
  }

  private static Set<TargetType> functions(String... names) {
    Set<TargetType> out = new HashSet<>();
    Arrays.stream(names).map(FunctionType::of).forEach(out::add);
    return out;
  }

  private static Set<TargetType> methods(String... names) {
    Set<TargetType> out = new HashSet<>();
    Arrays.stream(names).map(MethodType::new).forEach(out::add);
    return out;
  }

  private static Set<TargetType> modules(String... names) {
    Set<TargetType> out = new HashSet<>();
    Arrays.stream(names).map(n -> new ModuleType("torch.nn." + n)).forEach(out::add);
    return out;
  }

  @SafeVarargs
  private static Set<TargetType> union(Set<TargetType>... sets) {
    Set<TargetType> out = new HashSet<>();
    Arrays.stream(sets).forEach(out::addAll);
    return Collections.unmodifiableSet(out);
  }
}
