package io.octant.quantization.prepare;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.graph.TargetType;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
        && Stream.concat(root.args().stream(), root.kwargs().values().stream())
            .anyMatch(a -> isOne(model, a));
  }

  /** Whether a node is one over something, moved about, or a parameter over something. */
  private static boolean isOne(GraphModule model, Node node) {
    String name = name(model, node);
    if (INVERSE.contains(name)) {
      return true;
    }
    if (QUOTIENTS.contains(name)) {
      return isGiven(ArgumentRoles.argument(node, 0, "input"));
    }
    if (POWERS.contains(name)) {
      return ArgumentRoles.argument(node, 1, "exponent") instanceof Number n && n.doubleValue() < 0;
    }
    if (PRODUCTS.contains(name)) {
      return isGiven(ArgumentRoles.argument(node, 0, "input"))
              && isOne(model, ArgumentRoles.argument(node, 1, "other"))
          || isGiven(ArgumentRoles.argument(node, 1, "other"))
              && isOne(model, ArgumentRoles.argument(node, 0, "input"));
    }
    return MaskedScores.MOVES.contains(name)
        && isOne(model, ArgumentRoles.argument(node, 0, "input"));
  }

  private static boolean isOne(GraphModule model, @Nullable Object argument) {
    return argument instanceof Node node && isOne(model, node);
  }

  /** Whether an argument is a number or a parameter. */
  private static boolean isGiven(@Nullable Object argument) {
    return argument instanceof Number
        || argument instanceof Node node && node.operation() instanceof Operation.GetAttr;
  }

  private static String name(GraphModule model, Node node) {
    TargetType type = model.typeOf(node);
    return type == null ? node.target() : type.name();
  }
}
