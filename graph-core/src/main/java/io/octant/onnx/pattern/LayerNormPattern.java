package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Layer normalization over the last axis as exporters wrote it before operator set 17: {@code d = x
 * − mean(x); y = d / √(mean(d²) + ε) · γ + β}.
 */
final class LayerNormPattern {
  private LayerNormPattern() {}

  /** Anchored at the mean of squares. */
  static @Nullable Match match(NodeProto variance, NodeGraph graph) {
    UnitMeanSquare unit = UnitMeanSquare.find(variance, graph);
    NodeProto sub = unit == null ? null : graph.producer(unit.x());
    NodeProto mean =
        sub == null || !sub.getOpType().equals("Sub") ? null : graph.producer(sub.getInput(1));
    if (unit == null
        || sub == null
        || mean == null
        || UnitMeanSquare.meanAxis(mean, graph) != unit.axis()
        || !mean.getInput(0).equals(sub.getInput(0))) {
      return null;
    }
    NodeProto shift = graph.onlyReader(unit.scaled().getOutput(0));
    if (shift == null || !shift.getOpType().equals("Add")) {
      return null;
    }
    String beta = Binary.other(shift, unit.scaled().getOutput(0));
    Set<NodeProto> group = new HashSet<>(unit.members());
    group.addAll(Set.of(mean, sub, shift));
    return graph.constantRank(beta) == 1
            && graph.constantSize(beta) == graph.constantSize(unit.gamma())
        ? unit.closed("LayerNormalization", sub.getInput(0), beta, shift, group, graph)
        : null;
  }
}
