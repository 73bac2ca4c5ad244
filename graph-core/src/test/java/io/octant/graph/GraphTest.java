package io.octant.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphTest {
  private static final FunctionType ADD = new FunctionType("operator.add");

  private final Graph graph = new Graph();
  private final Node x = graph.placeholder("x");
  private final Node relu = graph.callMethod("relu", x);
  private final Node sum = graph.callFunction(ADD, relu, x);
  private final Node out = graph.output(sum);

  private static List<String> names(Graph g) {
    return g.nodes().stream().map(Node::name).toList();
  }

  @Test
  void keepsUsersInStepWithArguments() {
    assertThat(x.users()).containsExactly(relu, sum);
    assertThat(sum.inputs()).containsExactly(relu, x);

    sum.setArgs(List.of(relu, 2));

    assertThat(x.users()).containsExactly(relu);
    assertThat(sum.args()).containsExactly(relu, 2L);
  }

  @Test
  void findsNodesInNestedArguments() {
    Node nested =
        graph.callFunction(
            new FunctionType("torch.cat"),
            List.of(List.of(x, Tuple.of(relu, 1L))),
            Map.of("dim", new Slice(sum, None.NONE, None.NONE)));

    assertThat(nested.inputs()).containsExactly(x, relu, sum);

    nested.replaceInput(x, relu);

    assertThat(nested.arg(0)).isEqualTo(List.of(relu, Tuple.of(relu, 1L)));
    assertThat(x.users()).doesNotContain(nested);
  }

  @Test
  void insertsBeforeAndAfterAndRestoresTheInsertionPoint() {
    try (Graph.InsertionPoint p = graph.insertingBefore(sum)) {
      assertThat(p).isNotNull();
      graph.callMethod("one", x);
      graph.callMethod("two", x);
    }
    try (Graph.InsertionPoint p = graph.insertingAfter(x)) {
      assertThat(p).isNotNull();
      graph.callMethod("three", x);
      graph.callMethod("four", x);
    }
    graph.callMethod("last", x);

    assertThat(names(graph))
        .containsExactly("x", "three", "four", "relu", "one", "two", "add", "output", "last");
  }

  @Test
  void replacesAllUsesExceptTheReplacementItself() {
    Node observed;
    try (Graph.InsertionPoint p = graph.insertingAfter(x)) {
      assertThat(p).isNotNull();
      observed = graph.callModule("observer", x);
    }

    x.replaceAllUsesWith(observed);

    assertThat(x.users()).containsExactly(observed);
    assertThat(relu.args()).containsExactly(observed);
    assertThat(sum.args()).containsExactly(relu, observed);
  }

  @Test
  void refusesToEraseWhatIsUsed() {
    assertThatThrownBy(() -> graph.erase(relu))
        .isInstanceOf(GraphException.class)
        .hasMessage("Cannot erase node relu: used by [add], expected no users");

    sum.setArgs(List.of(x, x));
    graph.erase(relu);

    assertThat(names(graph)).containsExactly("x", "add", "output");
    assertThat(x.users()).containsExactly(sum);
    assertThat(graph.find("relu")).isNull();
    assertThatThrownBy(() -> graph.erase(relu)).hasMessageContaining("not in this graph");
  }

  @Test
  void eliminatesDeadCodeButKeepsInputs() {
    graph.placeholder("unused");
    Node dead = graph.callMethod("tanh", x);
    graph.callMethod("neg", dead);

    assertThat(graph.eliminateDeadCode()).isTrue();
    assertThat(names(graph)).containsExactly("x", "relu", "add", "output", "unused");
    assertThat(graph.eliminateDeadCode()).isFalse();
  }

  @Test
  void deadCodeKeepsWhatHasEffectsAndWhatThatReads() {
    Node rank = graph.callFunction(FunctionType.of("builtins.getattr"), x, "ndim");
    Node isImage = graph.callFunction(FunctionType.of("operator.eq"), rank, 4L);
    graph.callFunction(FunctionType.of("torch._assert"), isImage, "expected an image");

    assertThat(graph.eliminateDeadCode()).isFalse();
    assertThat(names(graph)).contains("getattr_1", "eq", "_assert");
  }

  @Test
  void iterationAllowsErasingTheNodeJustReturned() {
    out.setArgs(List.of(x));
    for (Node n : graph.nodes().stream().sorted((a, b) -> -1).toList()) {
      assertThat(n.graph()).isSameAs(graph);
    }
    sum.setArgs(List.of());
    int seen = 0;
    for (Node n : graph) {
      seen++;
      if (n.users().isEmpty() && !n.isOutput()) {
        graph.erase(n);
      }
    }
    assertThat(seen).isEqualTo(4);
    assertThat(names(graph)).containsExactly("x", "output");
  }

  @Test
  void copyKeepsNamesScopesAndOrder() {
    relu.setScope(new NodeScope("a.b", new ModuleType("user.B"), "B.forward"));
    Map<Node, Node> mapping = new IdentityHashMap<>();

    Graph copy = graph.copy(mapping);

    assertThat(copy.toString()).isEqualTo(graph.toString());
    assertThat(mapping.get(relu).scope()).isEqualTo(relu.scope());
    assertThat(mapping.get(sum).inputs()).containsExactly(mapping.get(relu), mapping.get(x));
    mapping.get(relu).setArgs(List.of());
    assertThat(relu.args()).containsExactly(x);
  }

  @Test
  void nodesOfAnotherGraphAreRefused() {
    Node foreign = new Graph().placeholder("y");

    assertThatThrownBy(() -> graph.callMethod("add", x, foreign))
        .isInstanceOf(GraphException.class)
        .hasMessage("Cannot use node y in add_1: it belongs to another graph");
  }

  /** Messages lead back to the file, from nodes that passes inserted too. */
  @Test
  void descriptionsNameWhereANodeCameFrom() {
    Graph g = new Graph();
    Node x = g.placeholder("x");
    Node relu = g.callFunction(FunctionType.of("torch.relu"), x);
    relu.setScope(new NodeScope("act", null, "Relu /act/Relu"));
    Node observer = g.callModule("observer_0", relu);
    assertThat(x.described()).isEqualTo("x (x)");
    assertThat(relu.described()).isEqualTo("relu (torch.relu) in module act from Relu /act/Relu");
    assertThat(observer.described()).isEqualTo("observer_0 (observer_0) after Relu /act/Relu");
  }

  @Test
  void printsOneLineANode() {
    graph.erase(out);
    Node mean = graph.callMethod("mean", List.of(sum, Tuple.of(2L)), Map.of("keepdim", true));
    graph.output(List.of(mean, None.NONE));

    assertThat(graph)
        .hasToString(
            """
            %x = placeholder x()
            %relu = call_method relu(%x)
            %add = call_function operator.add(%relu, %x)
            %mean = call_method mean(%add, (2,), keepdim=true)
            output([%mean, None])
            """);
  }

  @Test
  void lintAcceptsAGoodGraphAndNamesWhatIsWrong() {
    graph.lint(op -> true);

    Node module = graph.callModule("no.such", x);
    assertThatThrownBy(() -> graph.lint(op -> false))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("output");
    graph.erase(module);

    try (Graph.InsertionPoint p = graph.insertingBefore(x)) {
      assertThat(p).isNotNull();
      graph.callMethod("early", x);
    }
    assertThatThrownBy(() -> graph.lint(op -> true))
        .hasMessage("Cannot accept node early: it uses x, expected that to stand before it");
  }

  @Test
  void lintChecksUsesBothWays() {
    Graph g = new Graph();
    Node in = g.placeholder("x");
    Node relu = g.callMethod("relu", in);
    Node tanh = g.callMethod("tanh", in);
    g.output(List.of(relu, tanh));
    g.lint(op -> true);

    in.users.remove(relu);
    assertThatThrownBy(() -> g.lint(op -> true))
        .isInstanceOf(GraphException.class)
        .hasMessage("Cannot accept node relu: x does not list it as a user");
    in.users.add(relu);
    relu.users.add(tanh);
    assertThatThrownBy(() -> g.lint(op -> true))
        .isInstanceOf(GraphException.class)
        .hasMessage("Cannot accept node relu: it lists tanh as a user, expected that to use it");
    relu.users.remove(tanh);
    relu.users.add(new Graph().placeholder("elsewhere"));
    assertThatThrownBy(() -> g.lint(op -> true))
        .hasMessage("Cannot accept node relu: its user elsewhere is not in the graph");
  }

  @Test
  void lintResolvesModulesAndAttributes() {
    Graph g = new Graph();
    Node in = g.placeholder("x");
    Node weight = g.getAttr("w");
    g.output(g.callModule("part", in, weight));

    assertThatThrownBy(() -> g.lint(op -> op.target().equals("w")))
        .hasMessage("Cannot accept node part: call_module target part does not exist");
    assertThatThrownBy(() -> g.lint(op -> op.target().equals("part")))
        .hasMessage("Cannot accept node w: get_attr target w does not exist");
    g.lint(op -> true);
  }
}
