package io.octant.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.nn.linear.Linear;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InterpreterTest {
  private final Graph graph = new Graph();
  private final GraphModule module = new GraphModule(graph, ReferenceOperators.standard());
  private final Tensor v = Tensor.of(new float[] {1, -2}, 1, 2);

  @Test
  void runsEveryOpcode() {
    Node x = graph.placeholder("x");
    Node w = graph.getAttr("part.shift");
    Node linear = graph.callModule("part.linear", x);
    Node sum = graph.callFunction(new FunctionType("operator.add"), linear, w);
    graph.output(Tuple.of(graph.callMethod("relu", sum), List.of(sum)));
    module.setModule("part.linear", new Linear(Tensor.of(new float[] {1, 1, 0, 1}, 2, 2), null));
    module.module("part").setBuffer("shift", Tensor.of(new float[] {2, 0}, 2));

    assertThat(module.lint().run(v))
        .isEqualTo(
            Tuple.of(
                Tensor.of(new float[] {1, 0}, 1, 2),
                List.of(Tensor.of(new float[] {1, -2}, 1, 2))));
  }

  @Test
  void missingInputsComeByNameOrDefault() {
    Node x = graph.placeholder("x");
    Node y =
        graph.create(new Operation.Placeholder("y"), List.of(3L), Map.of(), "y", NodeScope.ROOT);
    graph.output(graph.callFunction(new FunctionType("operator.mul"), x, y));

    assertThat(module.run(2)).isEqualTo(6L);
    assertThat(module.evaluate(List.of(), Map.of("x", 2L, "y", 5L))).isEqualTo(10L);
    assertThatThrownBy(() -> module.run())
        .isInstanceOf(GraphException.class)
        .hasMessage("Cannot run graph: no value for input x");
    assertThatThrownBy(() -> module.run(1, 2, 3))
        .hasMessage("Cannot run graph: 3 inputs, expected 2 [x, y]");
  }

  @Test
  void failureNamesNodeScopeAndSource() {
    Node x = graph.placeholder("x");
    Node bad = graph.callMethod("reshape", x, 3);
    bad.setScope(new NodeScope("head.fc", new ModuleType("user.Fc"), "Fc.forward(Fc.java:7)"));
    graph.output(bad);

    assertThatThrownBy(() -> module.run(v))
        .isInstanceOf(GraphException.class)
        .hasMessageStartingWith(
            "Cannot run node reshape (reshape) in module head.fc from Fc.forward(Fc.java:7): Cannot"
                + " reshape torch.float32[1, 2] to [3]");
  }

  @Test
  void graphWithoutOutputIsRefused() {
    graph.placeholder("x");

    assertThatThrownBy(() -> module.run(v)).hasMessage("Cannot run a graph without an output node");
  }
}
