package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.quantization.prepare.PreparedState;
import io.octant.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Functional linear behind a dynamic quantize, int8 or half precision, with a ReLU if one follows.
 */
final class DynamicFunctionLowering {
  private static final String QUANTIZED = "torch.ops.quantized.";
  private static final FunctionType RELU = FunctionType.of("torch.nn.functional.relu");
  private static final ModuleType RELU_MODULE = new ModuleType("torch.nn.ReLU");

  private final GraphModule model;
  private final PreparedState state;

  DynamicFunctionLowering(GraphModule model, PreparedState state) {
    this.model = model;
    this.state = state;
  }

  /** Last to first, so that a linear with its ReLU is found before the linear alone. */
  void run() {
    List<Node> nodes = new ArrayList<>(model.graph().nodes());
    Collections.reverse(nodes);
    for (Node node : nodes) {
      if (isRelu(node) && node.arg(0) instanceof Node before && before.users().size() == 1) {
        lower(before, node);
      } else {
        lower(node, null);
      }
    }
  }

  private boolean isRelu(Node node) {
    return node.calls(RELU) || RELU_MODULE.equals(model.typeOf(node));
  }

  private void lower(Node node, @Nullable Node relu) {
    if (FunctionalLayer.of(node).filter(l -> l == FunctionalLayer.LINEAR).isEmpty()
        || state.hasNoQConfig(node.name())) {
      return;
    }
    Object weight = FunctionalLayer.LINEAR.arguments(node).value("weight");
    if (node.args().isEmpty()
        || !QuantizeNodes.isDequantize(node.arg(0))
        || !QuantizeNodes.isDequantize(weight)) {
      return;
    }
    Node quantize = QuantizeNodes.quantizedInput((Node) node.arg(0));
    Node quantizedWeight = QuantizeNodes.quantizedInput((Node) weight);
    if (!quantize.calls(QuantizeNodes.DYNAMIC)) {
      return;
    }
    DType activation = (DType) quantize.arg(1);
    DType packedAs = (DType) quantizedWeight.arg(quantizedWeight.args().size() - 1);
    if (activation == DType.FLOAT16 && packedAs == DType.FLOAT16) {
      List<Object> args = new ArrayList<>(List.of(quantize.arg(0)));
      replace(node, relu, quantizedWeight, packedAs, args, "_dynamic_fp16");
    } else if (activation.isQuantized() && packedAs == DType.QINT8) {
      List<Object> args = new ArrayList<>(List.of(quantize.arg(0), quantize.arg(2)));
      replace(node, relu, quantizedWeight, packedAs, args, "_dynamic");
    }
  }

  /**
   * @param args arguments of the kernel without the packed weight, which goes second
   */
  private void replace(
      Node node,
      @Nullable Node relu,
      Node quantizedWeight,
      DType packedAs,
      List<Object> args,
      String suffix) {
    Graph graph = model.graph();
    FunctionalLayer layer = FunctionalLayer.LINEAR;
    try (var at = graph.insertingBefore(node)) {
      Node packed =
          graph.callFunction(
              layer.packing(packedAs), layer.packingArguments(node, quantizedWeight), Map.of());
      packed.setScope(node.scope());
      args.add(1, packed);
    }
    String name = (relu == null ? "linear" : "linear_relu") + suffix;
    node.setOperation(new Operation.CallFunction(FunctionType.of(QUANTIZED + name)));
    node.setArgs(args);
    node.setKwargs(Map.of());
    if (relu != null) {
      relu.replaceAllUsesWith(node);
      graph.erase(relu);
    }
  }
}
