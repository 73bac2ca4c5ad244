package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.onnx.operator.OnnxOperators;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A product with a constant matrix and the constant vector added to it: a linear layer. */
final class MatMulAddPattern {
  private MatMulAddPattern() {}

  static @Nullable Match match(NodeProto product, NodeGraph graph) {
    if (!product.getOpType().equals("MatMul")) {
      return null;
    }
    NodeProto add = graph.onlyReader(product.getOutput(0));
    String weight = constantBehind(product.getInput(1), graph);
    if (add == null || !add.getOpType().equals("Add") || graph.constantRank(weight) != 2) {
      return null;
    }
    String bias = Binary.other(add, product.getOutput(0));
    boolean fits =
        graph.constantRank(bias) == 1 && graph.constantSize(bias) == graph.constantDim(weight, 1);
    if (!fits) {
      return null;
    }
    // Named for the product: exporters give it the scope of the layer, as they do the sum.
    NodeProto linear =
        Binary.replacing(product)
            .setDomain(OnnxOperators.PATTERN_DOMAIN)
            .setOpType("MatMulAdd")
            .addInput(product.getInput(0))
            .addInput(product.getInput(1))
            .addInput(bias)
            .addOutput(add.getOutput(0))
            .build();
    return new Match(linear, Set.of(product, add));
  }

  /** The constant itself, or the integers that a DequantizeLinear makes it from. */
  private static String constantBehind(String tensor, NodeGraph graph) {
    NodeProto maker = graph.producer(tensor);
    return maker != null && maker.getOpType().equals("DequantizeLinear")
        ? maker.getInput(0)
        : tensor;
  }
}
