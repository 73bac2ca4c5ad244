package io.octant.quantization.convert;

import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.quantization.prepare.AttributeNames;
import io.octant.tensor.Tensor;
import java.util.List;

/**
 * Makes attributes of scales and zero points that stand as numbers in quantize nodes, as they do in
 * a model that came quantized: lowering expects those that convert makes.
 */
final class LiteralParameters {
  private LiteralParameters() {}

  static void toAttributes(GraphModule model) {
    for (Node node : model.graph().nodes()) {
      if (node.calls(QuantizeNodes.PER_TENSOR)
          && node.arg(1) instanceof Number scale
          && node.arg(2) instanceof Number zeroPoint) {
        Graph graph = model.graph();
        try (var at = graph.insertingBefore(node)) {
          node.setArgs(
              List.of(
                  node.arg(0),
                  register(model, "scale_", Tensor.scalar(scale.floatValue())),
                  register(model, "zero_point_", Tensor.scalar(zeroPoint.longValue())),
                  node.arg(3)));
        }
      }
    }
  }

  private static Node register(GraphModule model, String prefix, Tensor value) {
    String name = AttributeNames.free(model, prefix);
    model.setBuffer(name, value);
    return model.graph().getAttr(name);
  }
}
