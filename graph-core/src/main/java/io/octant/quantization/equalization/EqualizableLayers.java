package io.octant.quantization.equalization;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import java.util.Set;

/** The layers that can be equalized: linear and convolution, with or without ReLU. */
public final class EqualizableLayers {
  private static final Set<FunctionType> FUNCTIONS =
      Set.of(
          FunctionType.of("torch.nn.functional.linear"),
          FunctionType.of("torch.nn.functional.conv1d"),
          FunctionType.of("torch.nn.functional.conv2d"),
          FunctionType.of("torch.nn.functional.conv3d"));
  private static final Set<String> MODULES =
      Set.of("torch.nn.Linear", "torch.nn.Conv1d", "torch.nn.Conv2d", "torch.nn.Conv3d");
  private static final Set<String> FUSED =
      Set.of(
          "torch.ao.nn.intrinsic.LinearReLU",
          "torch.ao.nn.intrinsic.ConvReLU1d",
          "torch.ao.nn.intrinsic.ConvReLU2d",
          "torch.ao.nn.intrinsic.ConvReLU3d");

  private EqualizableLayers() {}

  /** Whether a node is a linear or convolution whose input can be equalized with its weight. */
  public static boolean contains(GraphModule model, Node node) {
    if (node.operation() instanceof Operation.CallFunction f) {
      return FUNCTIONS.contains(f.function());
    }
    if (node.operation() instanceof Operation.CallModule) {
      String type = model.moduleOf(node).type().name();
      return MODULES.contains(type) || FUSED.contains(type);
    }
    return false;
  }

  /** The module that has the weight: the first part of a fused one. */
  static Module weighted(Module module) {
    return FUSED.contains(module.type().name()) ? module.module("0") : module;
  }
}
