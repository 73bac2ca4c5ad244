package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import java.util.Set;

/**
 * Products with one over something. What normalizes (a root of squares, a variance, a sum of
 * exponentials) is small where its reciprocal is large: eight bits over the range of all
 * reciprocals leave a few levels, or none, to those that normalize what is large. So such a product
 * stays in float where an observer of Octant's practice is asked for, as PyTorch leaves a quotient
 * everywhere.
 */
final class Reciprocals {
  private static final Set<String> PRODUCTS = Set.of("operator.mul", "torch.mul");
  private static final Set<String> INVERSE = Set.of("torch.reciprocal", "torch.rsqrt");
  private static final Set<String> QUOTIENTS = Set.of("operator.truediv", "torch.div");
  private static final Set<String> POWERS = Set.of("operator.pow", "torch.pow");

  private Reciprocals() {}

  /** Whether a match is a product of a tensor with a reciprocal of another. */
  static boolean areFactorsOf(GraphModule model, NodeMatch match) {
    Node root = match.root();
    return PRODUCTS.contains(name(model, root))
        && root.args().stream().anyMatch(a -> a instanceof Node factor && isOne(model, factor));
  }

  /** Whether a node is one over something, moved about, or a parameter over something. */
  private static boolean isOne(GraphModule model, Node node) {
    String name = name(model, node);
    if (INVERSE.contains(name)) {
      return true;
    }
    if (QUOTIENTS.contains(name)) {
      return isGiven(node.arg(0));
    }
    if (POWERS.contains(name)) {
      return node.arg(1) instanceof Number n && n.doubleValue() < 0;
    }
    if (PRODUCTS.contains(name)) {
      return isGiven(node.arg(0)) && isOne(model, node.arg(1))
          || isGiven(node.arg(1)) && isOne(model, node.arg(0));
    }
    return MaskedScores.MOVES.contains(name) && isOne(model, node.arg(0));
  }

  private static boolean isOne(GraphModule model, Object argument) {
    return argument instanceof Node node && isOne(model, node);
  }

  /** Whether an argument is a number or a parameter. */
  private static boolean isGiven(Object argument) {
    return argument instanceof Number
        || argument instanceof Node node && node.operation() instanceof Operation.GetAttr;
  }

  private static String name(GraphModule model, Node node) {
    TargetType type = model.typeOf(node);
    return type == null ? node.target() : type.name();
  }
}
