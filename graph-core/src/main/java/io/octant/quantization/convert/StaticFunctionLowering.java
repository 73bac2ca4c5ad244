package io.octant.quantization.convert;

import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.tensor.DType;
import java.util.List;
import java.util.Map;

/**
 * Functional linear and convolution with quantized input and weight: the weight is packed by an
 * operator of its own, which {@link WeightFolding} evaluates.
 */
final class StaticFunctionLowering {
  private final GraphModule model;
  private final StaticPatterns patterns;

  StaticFunctionLowering(GraphModule model, StaticPatterns patterns) {
    this.model = model;
    this.patterns = patterns;
  }

  void run() {
    for (Node node : model.graph().nodes()) {
      patterns
          .match(node, this::isSupported, List.of(0))
          .ifPresent(match -> lower(match, FunctionalLayer.of(match.operator()).orElseThrow()));
    }
  }

  private boolean isSupported(Node node) {
    return FunctionalLayer.of(node).isPresent();
  }

  private void lower(StaticPatterns.Match match, FunctionalLayer layer) {
    Node node = match.operator();
    Object weight = layer.arguments(node).value("weight");
    var kernel = layer.kernel(match.relu() != null);
    if (kernel.isEmpty() || !layer.isPackable(node) || !QuantizeNodes.isDequantize(weight)) {
      return;
    }
    Node quantizedWeight = QuantizeNodes.quantizedInput((Node) weight);
    if (!quantizedWeight.calls(QuantizeNodes.PER_TENSOR)
        && !quantizedWeight.calls(QuantizeNodes.PER_CHANNEL)) {
      return;
    }
    Graph graph = model.graph();
    DType dtype = (DType) quantizedWeight.arg(quantizedWeight.args().size() - 1);
    Node packed;
    try (var at = graph.insertingBefore(match.scale())) {
      packed =
          graph.callFunction(
              layer.packing(dtype), layer.packingArguments(node, quantizedWeight), Map.of());
      packed.setScope(node.scope());
    }
    Node input = QuantizeNodes.quantizedInput((Node) node.arg(0));
    node.setOperation(new Operation.CallFunction(kernel.get()));
    node.setArgs(List.of(input, packed, match.scale(), match.zeroPoint()));
    node.setKwargs(Map.of());
    match.quantize().replaceAllUsesWith(node);
    graph.moveAfter(node, match.zeroPoint());
    graph.erase(match.quantize());
    if (match.relu() != null) {
      graph.erase(match.relu());
    }
  }
}
