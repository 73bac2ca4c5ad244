package io.octant.quantization.fuse;

import io.octant.graph.FunctionType;
import io.octant.graph.Module;
import io.octant.graph.Node;
import io.octant.nn.activation.LeakyReLU;
import io.octant.nn.activation.ReLU;
import org.jspecify.annotations.Nullable;

/**
 * Calls of functions that are parts of fused modules, as the modules that compute the same. {@code
 * torch.tanh} is none: its output has parameters of its own, which a fused module has no place for.
 */
final class FunctionParts {
  private static final FunctionType RELU = FunctionType.of("torch.nn.functional.relu");
  private static final FunctionType LEAKY_RELU = FunctionType.of("torch.nn.functional.leaky_relu");
  private static final FunctionType ADD = FunctionType.of("torch.add");
  private static final FunctionType PLUS = FunctionType.of("operator.add");

  private static final double SLOPE = 0.01;

  private FunctionParts() {}

  /** The module that computes what a node does; null if there is none. */
  static @Nullable Module find(Node node) {
    if (node.calls(RELU)) {
      return new ReLU();
    }
    if (node.calls(LEAKY_RELU)) {
      Object slope =
          node.args().size() > 1
              ? node.arg(1)
              : node.kwargs().getOrDefault("negative_slope", SLOPE);
      return slope instanceof Number n ? new LeakyReLU(n.doubleValue()) : null;
    }
    return null;
  }

  /** Whether a node adds two values as they are, which is part of a fused sum. */
  static boolean isSum(Node node) {
    return (node.calls(ADD) || node.calls(PLUS))
        && node.args().size() == 2
        && node.kwargs().isEmpty();
  }
}
