package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.TargetType;
import java.util.Set;

/**
 * Scores of attention with a mask put on. Masks are −∞ or the least of all floats, of which a
 * softmax makes 0; as 8-bit integers they are the least score that is not masked, and attention
 * leaks to what is. So a softmax that reads them stays in float where an observer of Octant's
 * practice is asked for.
 */
final class MaskedScores {
  /** What puts a mask on: the import spells its addition as a subtraction. */
  private static final Set<String> MASKING =
      Set.of("operator.sub", "torch.sub", "torch.where", "torch.masked_fill", "masked_fill");

  static final Set<String> MOVES =
      Set.of(
          "reshape",
          "view",
          "permute",
          "transpose",
          "torch.reshape",
          "torch.permute",
          "torch.transpose",
          "torch.squeeze",
          "torch.unsqueeze");

  private MaskedScores() {}

  /** Whether a match is a softmax of masked scores. */
  static boolean areReadBy(GraphModule model, NodeMatch match) {
    Node root = match.root();
    return name(model, root).endsWith(".Softmax")
        && !root.args().isEmpty()
        && root.arg(0) instanceof Node scores
        && isMasked(model, scores);
  }

  private static boolean isMasked(GraphModule model, Node scores) {
    Node node = scores;
    while (MOVES.contains(name(model, node))
        && ArgumentRoles.argument(node, 0, "input") instanceof Node moved) {
      node = moved;
    }
    return MASKING.contains(name(model, node));
  }

  private static String name(GraphModule model, Node node) {
    TargetType type = model.typeOf(node);
    return type == null ? node.target() : type.name();
  }
}
