package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.operator.OperatorRow;
import io.octant.operator.Operators;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Addition, multiplication and matrix product, with a ReLU if one follows. With a scalar operand,
 * on either side, the kernel derives the output's parameters from the input's, and takes none.
 * {@code operator.matmul} stays in its reference form, as in {@code _lower_quantized_binary_op}.
 */
final class BinaryLowering {
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
    return !kernels(node).isEmpty() && node.args().size() == 2 && node.kwargs().isEmpty();
  }

  /** The quantized function, and the one with a ReLU if there is one; empty for other nodes. */
  private static List<String> kernels(Node node) {
    OperatorRow row =
        node.operation() instanceof Operation.CallFunction f
            ? Operators.standard().find(f.function())
            : null;
    return row == null ? List.of() : row.quantized().pairs().getOrDefault(node.target(), List.of());
  }

  private void lower(StaticPatterns.Match match) {
    Node node = match.operator();
    List<String> kernels = kernels(node);
    int which = match.relu() == null ? 0 : 1;
    if (which >= kernels.size()) {
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
      Node quantized = graph.callFunction(FunctionType.of(kernels.get(which)), args, Map.of());
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
