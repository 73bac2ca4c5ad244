package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Addition, multiplication and matrix product, with a ReLU if one follows. With a scalar operand,
 * on either side, the kernel derives the output's parameters from the input's, and takes none.
 * {@code operator.matmul} stays in its reference form, as in {@code _lower_quantized_binary_op}.
 */
final class BinaryLowering {
  private static final String QUANTIZED = "torch.ops.quantized.";

  private record Kernel(String plain, String relu) {}

  private static final Map<FunctionType, Kernel> KERNELS =
      Map.of(
          FunctionType.of("operator.add"), new Kernel("add", "add_relu"),
          FunctionType.of("torch.add"), new Kernel("add", "add_relu"),
          FunctionType.of("operator.mul"), new Kernel("mul", "mul_relu"),
          FunctionType.of("torch.mul"), new Kernel("mul", "mul_relu"),
          FunctionType.of("torch.matmul"), new Kernel("matmul", ""));

  private final GraphModule model;
  private final StaticPatterns patterns;

  BinaryLowering(GraphModule model, StaticPatterns patterns) {
    this.model = model;
    this.patterns = patterns;
  }

  void run() {
    for (Node node : model.graph().nodes()) {
      patterns.match(node, this::isBinary, List.of(0, 1)).ifPresent(this::lower);
    }
  }

  private boolean isBinary(Node node) {
    return kernelOf(node) != null && node.args().size() == 2 && node.kwargs().isEmpty();
  }

  private static @Nullable Kernel kernelOf(Node node) {
    return node.operation() instanceof Operation.CallFunction f ? KERNELS.get(f.function()) : null;
  }

  private void lower(StaticPatterns.Match match) {
    Node node = match.operator();
    Kernel kernel = kernelOf(node);
    if (kernel == null) {
      return;
    }
    String name = match.relu() == null ? kernel.plain() : kernel.relu();
    if (name.isEmpty()) {
      return;
    }
    List<Object> args = new ArrayList<>();
    int tensors = 0;
    for (Object argument : node.args()) {
      if (QuantizeNodes.isDequantize(argument)) {
        tensors++;
        args.add(QuantizeNodes.quantizedInput((Node) argument));
      } else {
        args.add(argument);
      }
    }
    if (tensors == 2) {
      args.add(match.scale());
      args.add(match.zeroPoint());
    }
    Graph graph = model.graph();
    try (var at = graph.insertingAfter(match.quantize())) {
      Node quantized = graph.callFunction(FunctionType.of(QUANTIZED + name), args, Map.of());
      quantized.setScope(node.scope());
      match.quantize().replaceAllUsesWith(quantized);
    }
    graph.erase(match.quantize());
    if (match.relu() != null) {
      graph.erase(match.relu());
    }
    graph.erase(node);
  }
}
