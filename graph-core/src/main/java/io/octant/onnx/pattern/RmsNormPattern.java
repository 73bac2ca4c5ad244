package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.NodeProto;
import org.jspecify.annotations.Nullable;

/**
 * Normalization by the root of the mean square over the last axis, as exporters write it before
 * operator set 23: {@code x / √(mean(x²) + ε) · γ}.
 */
final class RmsNormPattern {
  private RmsNormPattern() {}

  /** Anchored at the mean. */
  static @Nullable Match match(NodeProto mean, NodeGraph graph) {
    UnitMeanSquare unit = UnitMeanSquare.find(mean, graph);
    return unit == null
        ? null
        : unit.closed(
            "SimplifiedLayerNormalization", unit.x(), null, unit.scaled(), unit.members(), graph);
  }
}
