package io.octant.pipeline.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphModule;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.nn.control.Conditional;
import io.octant.reference.ReferenceOperators;
import org.junit.jupiter.api.Test;

/** What a digest tells apart. */
class GraphDigestTest {
  private static GraphModule branch(String function) {
    Graph g = new Graph();
    Node x = g.placeholder("x");
    g.output(Tuple.of(g.callFunction(FunctionType.of(function), x)));
    return new GraphModule(g, ReferenceOperators.standard());
  }

  private static String digest(String then) {
    Graph g = new Graph();
    Node c = g.placeholder("c");
    Node x = g.placeholder("x");
    g.output(g.callModule("if", c, x));
    GraphModule model = new GraphModule(g, ReferenceOperators.standard());
    model.setChild("if", Conditional.of(branch(then), branch("torch.neg")));
    return GraphDigest.of(model);
  }

  @Test
  void graphsInsideModulesCount() {
    assertThat(digest("torch.exp"))
        .isEqualTo(digest("torch.exp"))
        .isNotEqualTo(digest("torch.abs"));
  }
}
