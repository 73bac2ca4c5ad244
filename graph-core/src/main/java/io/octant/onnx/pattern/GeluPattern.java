package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The exact GELU as exporters wrote it before operator set 20: {@code x · (erf(x / √2) + 1) · ½},
 * its factors in any order.
 */
final class GeluPattern {
  private static final double SQRT2 = Math.sqrt(2);

  private GeluPattern() {}

  static @Nullable Match match(NodeProto erf, NodeGraph graph) {
    if (!erf.getOpType().equals("Erf")) {
      return null;
    }
    NodeProto scaled = graph.producer(erf.getInput(0));
    NodeProto plusOne = graph.onlyReader(erf.getOutput(0));
    if (scaled == null
        || graph.onlyReader(erf.getInput(0)) != erf
        || plusOne == null
        || !plusOne.getOpType().equals("Add")
        || !graph.isScalar(Binary.other(plusOne, erf.getOutput(0)), 1)) {
      return null;
    }
    String x = argument(scaled, graph);
    NodeProto product = graph.onlyReader(plusOne.getOutput(0));
    if (x == null || product == null || !product.getOpType().equals("Mul")) {
      return null;
    }
    String factor = Binary.other(product, plusOne.getOutput(0));
    // x·(1+erf), then ·½ …
    if (factor.equals(x)) {
      NodeProto halved = graph.onlyReader(product.getOutput(0));
      if (halved == null
          || !halved.getOpType().equals("Mul")
          || !graph.isScalar(Binary.other(halved, product.getOutput(0)), 0.5)) {
        return null;
      }
      return made(x, halved, Set.of(scaled, erf, plusOne, product, halved));
    }
    // … or (½·x)·(1+erf) …
    NodeProto half = graph.producer(factor);
    if (half != null
        && half.getOpType().equals("Mul")
        && graph.onlyReader(factor) == product
        && half.getInputList().contains(x)
        && graph.isScalar(Binary.other(half, x), 0.5)) {
      return made(x, product, Set.of(scaled, erf, plusOne, half, product));
    }
    // … or ½·(1+erf), then ·x.
    NodeProto last = graph.onlyReader(product.getOutput(0));
    if (last == null
        || !graph.isScalar(factor, 0.5)
        || !last.getOpType().equals("Mul")
        || !Binary.other(last, product.getOutput(0)).equals(x)) {
      return null;
    }
    return made(x, last, Set.of(scaled, erf, plusOne, product, last));
  }

  /** The tensor that is divided by √2; null if the node does something else. */
  private static @Nullable String argument(NodeProto scaled, NodeGraph graph) {
    if (scaled.getOpType().equals("Div") && graph.isScalar(scaled.getInput(1), SQRT2)) {
      return scaled.getInput(0);
    }
    if (scaled.getOpType().equals("Mul")) {
      for (int i = 0; i < 2; i++) {
        if (graph.isScalar(scaled.getInput(i), 1 / SQRT2)) {
          return scaled.getInput(1 - i);
        }
      }
    }
    return null;
  }

  private static Match made(String x, NodeProto last, Set<NodeProto> members) {
    NodeProto gelu =
        Binary.replacing(last).setOpType("Gelu").addInput(x).addOutput(last.getOutput(0)).build();
    return new Match(gelu, members);
  }
}
