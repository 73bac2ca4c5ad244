package io.octant.quantization.backend;

import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Matches patterns against the operators that end at a node, backwards; PyTorch's {@code
 * fx.match_utils._is_match} with the patterns of {@code fx.pattern_utils}.
 *
 * <p>Functions and methods are compared by name, modules by exact type, literals by equality. The
 * number of positional arguments must be that of the pattern; keyword arguments are not looked at.
 * Every node but the last may have one user only, so that nothing outside the match reads it.
 */
public final class PatternMatcher {
  private final GraphModule model;

  /** A matcher over the graph of a module, whose tree tells the types of called modules. */
  public PatternMatcher(GraphModule model) {
    this.model = model;
  }

  /** The nodes of a match that ends at a node, in the shape of the pattern. */
  public Optional<MatchedNodes> match(Pattern pattern, Node last) {
    return matches(pattern, last, Integer.MAX_VALUE)
        ? Optional.of(shape(pattern, last))
        : Optional.empty();
  }

  private boolean matches(Pattern pattern, Object value, int maxUsers) {
    if (pattern instanceof Pattern.Any) {
      return true;
    }
    if (pattern instanceof Pattern.Constant c) {
      return c.value().equals(value);
    }
    if (!(value instanceof Node node) || node.users().size() > maxUsers) {
      return false;
    }
    if (pattern instanceof Pattern.Operator o) {
      return o.type().equals(model.typeOf(node));
    }
    Pattern.Applied applied = (Pattern.Applied) pattern;
    if (!matches(applied.operator(), node, maxUsers)) {
      return false;
    }
    List<Pattern> arguments = applied.arguments();
    if (arguments.isEmpty()) {
      return true;
    }
    if (arguments.size() != node.args().size()) {
      return false;
    }
    for (int i = 0; i < arguments.size(); i++) {
      if (!matches(arguments.get(i), node.arg(i), 1)) {
        return false;
      }
    }
    return true;
  }

  private static MatchedNodes shape(Pattern pattern, Object value) {
    if (!(value instanceof Node node)
        || pattern instanceof Pattern.Any
        || pattern instanceof Pattern.Constant) {
      return new MatchedNodes.Input(value);
    }
    if (pattern instanceof Pattern.Applied applied) {
      List<MatchedNodes> arguments = new ArrayList<>();
      for (int i = 0; i < applied.arguments().size(); i++) {
        arguments.add(shape(applied.arguments().get(i), node.arg(i)));
      }
      return new MatchedNodes.Tree(shape(applied.operator(), node), arguments);
    }
    return new MatchedNodes.One(node);
  }
}
