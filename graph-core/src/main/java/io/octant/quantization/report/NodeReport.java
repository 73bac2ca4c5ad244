package io.octant.quantization.report;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import java.util.Locale;

/**
 * One node's line.
 *
 * <p>No PyTorch counterpart.
 *
 * @param node name in the graph
 * @param target what it applies: a function, a method, or the type of a module
 * @param modulePath path of the module that it calls or stands in, "" for the root
 * @param source where it came from, see {@link io.octant.graph.NodeScope#source}; "" if unknown
 * @param outcome what became of it
 * @param reason in words, never empty
 */
public record NodeReport(
    String node, String target, String modulePath, String source, Outcome outcome, String reason) {

  /** What becomes of a node. */
  public enum Outcome {
    /** Computes on integers, or is prepared to. */
    QUANTIZED,
    /** Computes on floats. */
    FLOAT,
    /** Handles sizes and other values that are never quantized. */
    NOT_A_TENSOR
  }

  /** A line that takes name, target and origin from the node itself. */
  public static NodeReport of(GraphModule model, Node node, Outcome outcome, String reason) {
    TargetType type = model.typeOf(node);
    return new NodeReport(
        node.name(),
        type == null ? node.target() : type.name(),
        node.scope().modulePath(),
        node.scope().source(),
        outcome,
        reason);
  }

  /** This line with another outcome. */
  public NodeReport with(Outcome other, String why) {
    return new NodeReport(node, target, modulePath, source, other, why);
  }

  @Override
  public String toString() {
    return String.format(
        "%-24s %-40s %-12s %s", node, target, outcome.name().toLowerCase(Locale.ROOT), reason);
  }
}
