package io.octant.onnx.pattern;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hard swish taken apart: {@code x · clip(x + 3, 0, 6) / 6}, or {@code x · hardSigmoid(x)} with
 * slope ⅙ and offset ½.
 */
final class HardSwishPattern {
  private HardSwishPattern() {}

  static @Nullable Match match(NodeProto anchor, NodeGraph graph) {
    return switch (anchor.getOpType()) {
      case "Clip" -> fromClip(anchor, graph);
      case "HardSigmoid" -> fromHardSigmoid(anchor, graph);
      default -> null;
    };
  }

  private static @Nullable Match fromClip(NodeProto clip, NodeGraph graph) {
    NodeProto add = graph.producer(clip.getInput(0));
    NodeProto next = graph.onlyReader(clip.getOutput(0));
    if (add == null
        || !add.getOpType().equals("Add")
        || graph.onlyReader(clip.getInput(0)) != clip
        || !isZeroToSix(clip, graph)
        || next == null) {
      return null;
    }
    String x =
        graph.isScalar(add.getInput(0), 3)
            ? add.getInput(1)
            : graph.isScalar(add.getInput(1), 3) ? add.getInput(0) : "";
    if (x.isEmpty()) {
      return null;
    }
    NodeProto last = graph.onlyReader(next.getOutput(0));
    if (last == null) {
      return null;
    }
    boolean timesFirst =
        isProduct(next, clip.getOutput(0), x) && isSixth(last, next.getOutput(0), graph);
    boolean sixthFirst =
        isSixth(next, clip.getOutput(0), graph) && isProduct(last, next.getOutput(0), x);
    return timesFirst || sixthFirst ? made(x, last, Set.of(add, clip, next, last)) : null;
  }

  private static @Nullable Match fromHardSigmoid(NodeProto gate, NodeGraph graph) {
    NodeProto product = graph.onlyReader(gate.getOutput(0));
    if (product == null
        || !isProduct(product, gate.getOutput(0), gate.getInput(0))
        || Math.abs(attribute(gate, "alpha", 0.2) - 1.0 / 6) > 1e-6
        || Math.abs(attribute(gate, "beta", 0.5) - 0.5) > 1e-6) {
      return null;
    }
    return made(gate.getInput(0), product, Set.of(gate, product));
  }

  private static double attribute(NodeProto node, String name, double missing) {
    return node.getAttributeList().stream()
        .filter(a -> a.getName().equals(name))
        .mapToDouble(a -> a.getF())
        .findFirst()
        .orElse(missing);
  }

  private static boolean isZeroToSix(NodeProto clip, NodeGraph graph) {
    if (clip.getInputCount() == 3) {
      return graph.isScalar(clip.getInput(1), 0) && graph.isScalar(clip.getInput(2), 6);
    }
    return attribute(clip, "min", Double.NaN) == 0 && attribute(clip, "max", Double.NaN) == 6;
  }

  private static boolean isProduct(NodeProto node, String a, String b) {
    return node.getOpType().equals("Mul") && Binary.other(node, a).equals(b);
  }

  private static boolean isSixth(NodeProto node, String of, NodeGraph graph) {
    return node.getOpType().equals("Div")
        ? node.getInput(0).equals(of) && graph.isScalar(node.getInput(1), 6)
        : node.getOpType().equals("Mul") && graph.isScalar(Binary.other(node, of), 1.0 / 6);
  }

  private static Match made(String x, NodeProto last, Set<NodeProto> members) {
    NodeProto swish =
        Binary.replacing(last)
            .setOpType("HardSwish")
            .addInput(x)
            .addOutput(last.getOutput(0))
            .build();
    return new Match(swish, members);
  }
}
