package io.octant.quantization.backend;

import io.octant.graph.Node;
import java.util.ArrayList;
import java.util.List;

/**
 * The nodes that a pattern matched, in the shape of the pattern: an operator's node first, then
 * what its arguments matched.
 *
 * <p>After the matched patterns of {@code torch.ao.quantization.fx.match_utils}.
 */
public sealed interface MatchedNodes {
  /** A node matched by an operator. */
  record One(Node node) implements MatchedNodes {}

  /** A value matched by a wildcard or a constant: an input of the subgraph. */
  record Input(Object value) implements MatchedNodes {}

  /** An operator and its arguments. */
  record Tree(MatchedNodes operator, List<MatchedNodes> arguments) implements MatchedNodes {
    public Tree {
      arguments = List.copyOf(arguments);
    }

    /** The part at an index path: 0 is the operator, 1 the first argument. */
    MatchedNodes at(int index) {
      return index == 0 ? operator : arguments.get(index - 1);
    }
  }

  /** The last node in execution order. */
  default Node last() {
    if (this instanceof One one) {
      return one.node();
    }
    if (this instanceof Tree tree) {
      return tree.operator().last();
    }
    throw new IllegalStateException("A match always begins with an operator");
  }

  /** The node that the innermost first argument matched: the default root. */
  default Node firstRoot() {
    if (this instanceof Tree tree) {
      for (MatchedNodes argument : tree.arguments()) {
        if (!(argument instanceof Input)) {
          return argument.firstRoot();
        }
      }
      return tree.operator().firstRoot();
    }
    return last();
  }

  /** Every node that an operator matched, last first. */
  default List<Node> nodes() {
    List<Node> out = new ArrayList<>();
    collect(out);
    return out;
  }

  private void collect(List<Node> out) {
    if (this instanceof One one) {
      out.add(one.node());
    } else if (this instanceof Tree tree) {
      tree.operator().collect(out);
      tree.arguments().forEach(a -> a.collect(out));
    }
  }

  /** The part at a path of indices, each 0 for the operator or i for its i-th argument. */
  default MatchedNodes at(List<Integer> path) {
    MatchedNodes out = this;
    for (int index : path) {
      if (!(out instanceof Tree tree)) {
        throw new IllegalArgumentException("No part at " + path + " of " + this);
      }
      out = tree.at(index);
    }
    return out;
  }
}
