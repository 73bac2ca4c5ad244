package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.octant.onnx.operator.OnnxOperators;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** SiLU, also called swish: {@code x · sigmoid(x)}. ONNX has no operator for it. */
final class SiluPattern {
  private SiluPattern() {}

  static @Nullable Match match(NodeProto sigmoid, NodeGraph graph) {
    if (!sigmoid.getOpType().equals("Sigmoid")) {
      return null;
    }
    NodeProto product = graph.onlyReader(sigmoid.getOutput(0));
    if (product == null
        || !product.getOpType().equals("Mul")
        || !Binary.other(product, sigmoid.getOutput(0)).equals(sigmoid.getInput(0))) {
      return null;
    }
    NodeProto silu =
        Binary.replacing(product)
            .setDomain(OnnxOperators.PATTERN_DOMAIN)
            .setOpType("Silu")
            .addInput(sigmoid.getInput(0))
            .addOutput(product.getOutput(0))
            .build();
    return new Match(silu, Set.of(sigmoid, product));
  }
}
