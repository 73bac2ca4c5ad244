package io.octant.quantization.convert;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import java.util.List;

/** Reads the size of a quantized tensor without dequantizing it. */
final class TensorInfoLowering {
  private static final FunctionType GETATTR = FunctionType.of("builtins.getattr");

  private final GraphModule model;

  TensorInfoLowering(GraphModule model) {
    this.model = model;
  }

  void run() {
    for (Node node : model.graph()) {
      boolean readsShape =
          node.callsMethod("size")
              || node.callsMethod("shape")
              || node.calls(GETATTR) && List.of("shape").contains(node.arg(1));
      if (readsShape && QuantizeNodes.isDequantize(node.arg(0))) {
        node.setArg(0, QuantizeNodes.quantizedInput((Node) node.arg(0)));
      }
    }
  }
}
