package io.octant.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.nn.activation.ReLU;
import io.octant.nn.linear.Linear;
import io.octant.reference.ReferenceOperators;
import io.octant.tensor.DType;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Editing nodes, printing every kind of value, and what a graph module knows of its nodes. */
class GraphEditingTest {
  private static final FunctionType ADD = FunctionType.of("torch.add");

  private final Graph graph = new Graph();
  private final Node x = graph.placeholder("x");
  private final Node relu = graph.callModule("act", x);
  private final Node sum = graph.callFunction(ADD, List.of(relu), Map.of("other", x));

  private GraphModule module() {
    GraphModule out = new GraphModule(graph, ReferenceOperators.standard());
    out.setChild("act", new ReLU());
    return out;
  }

  @Test
  void everyKindOfArgumentIsPrinted() {
    Node node =
        graph.callMethod(
            "f",
            List.of(
                "text",
                1,
                2.5f,
                true,
                None.NONE,
                DType.QUINT8,
                new Slice(0, x, None.NONE),
                Ellipsis.ELLIPSIS,
                new MemoryFormat("torch.channels_last"),
                List.of(x, List.of()),
                Tuple.of(x),
                Tuple.of(x, 3),
                Map.of("key", x),
                new int[] {4, 5}),
            Map.of("dim", -1));
    assertThat(GraphPrinter.print(node))
        .isEqualTo(
            "%f = call_method f('text', 1, 2.5, true, None, torch.quint8, slice(0, x, None), ...,"
                + " torch.channels_last, [%x, []], (%x,), (%x, 3), {key: %x}, [4, 5], dim=-1)");
    assertThat(GraphPrinter.print(graph.callMethod("g", List.of(), Map.of("a", "b"))))
        .isEqualTo("%g = call_method g(a='b')");
    graph.output(List.of(sum));
    assertThat(graph)
        .hasToString(
            """
            %x = placeholder x()
            %act = call_module act(%x)
            %add = call_function torch.add(%act, other=%x)
            %f = call_method f('text', 1, 2.5, true, None, torch.quint8, slice(0, x, None), ..., \
            torch.channels_last, [%x, []], (%x,), (%x, 3), {key: %x}, [4, 5], dim=-1)
            %g = call_method g(a='b')
            output([%add])
            """);
    assertThat(module()).hasToString(graph.toString());
  }

  @Test
  void namesOfTargetsAreShort() {
    assertThat(FunctionType.of("torch.nn.functional.relu").shortName()).isEqualTo("relu");
    assertThat(FunctionType.of("torch.ops.quantized.add_relu").shortName()).isEqualTo("add_relu");
    assertThat(FunctionType.of("torch.ops.quantized_decomposed.add.default").shortName())
        .isEqualTo("add.default");
    assertThat(FunctionType.of("torch.conv2d")).hasToString("torch.nn.functional.conv2d");
    assertThat(new MethodType("view")).hasToString(".view");
  }

  @Test
  void nodesMove() {
    Node other = graph.callMethod("neg", x);
    graph.moveAfter(other, x);
    assertThat(graph.nodes()).containsExactly(x, other, relu, sum);
    assertThat(x.next()).isSameAs(other);
    assertThat(other.previous()).isSameAs(x);
    assertThat(sum.next()).isNull();
    assertThat(x.previous()).isNull();
    graph.moveAfter(x, x);
    graph.moveAfter(other, sum);
    assertThat(graph.nodes()).containsExactly(x, relu, sum, other);
    assertThat(graph.find("neg")).isSameAs(other);
    assertThat(graph.size()).isEqualTo(4);
    assertThat(graph.isEmpty()).isFalse();
    assertThat(new Graph().isEmpty()).isTrue();
    Graph stranger = new Graph();
    assertThatThrownBy(() -> graph.moveAfter(stranger.placeholder("y"), x))
        .hasMessageContaining("not in this graph");
  }

  @Test
  void erasingAtTheInsertionPointMovesItOn() {
    Node dead = graph.callMethod("neg", x);
    Node last = graph.callMethod("abs", x);
    try (Graph.InsertionPoint at = graph.insertingBefore(dead)) {
      assertThat(at).isNotNull();
      graph.erase(dead);
      graph.callMethod("tanh", x);
    }
    assertThat(graph.nodes()).last().isSameAs(last);
    assertThat(graph.size()).isEqualTo(5);
  }

  @Test
  void keywordArgumentsAreInputsToo() {
    assertThat(sum.inputs()).containsExactly(relu, x);
    sum.replaceInput(x, relu);
    assertThat(sum.kwargs()).isEqualTo(Map.of("other", relu));
    assertThat(x.users()).containsExactly(relu);
    sum.setKwargs(Map.of("other", 2));
    assertThat(sum.kwargs()).isEqualTo(Map.of("other", 2L));
    sum.setArg(0, x);
    assertThat(sum.args()).containsExactly(x);
    assertThat(relu.users()).isEmpty();
    assertThat(x.users()).containsExactlyInAnyOrder(relu, sum);
  }

  @Test
  void copiesOfNodesKeepKeywords() {
    Node copy = graph.copyNode(sum, n -> n == x ? relu : n);
    assertThat(copy.kwargs()).isEqualTo(Map.of("other", relu));
    assertThat(copy.args()).containsExactly(relu);
    assertThat(copy.name()).isEqualTo("add_1");
  }

  @Test
  void nodesKnowWhatTheyCall() {
    Node method = graph.callMethod("view", x, 1);
    assertThat(sum.calls(ADD)).isTrue();
    assertThat(sum.calls(FunctionType.of("torch.sub"))).isFalse();
    assertThat(relu.calls(ADD)).isFalse();
    assertThat(method.callsMethod("view")).isTrue();
    assertThat(method.callsMethod("reshape")).isFalse();
    assertThat(sum.callsMethod("add")).isFalse();
    GraphModule model = module();
    assertThat(model.typeOf(sum)).isEqualTo(ADD);
    assertThat(model.typeOf(method)).isEqualTo(new MethodType("view"));
    assertThat(model.typeOf(relu)).isEqualTo(new ModuleType("torch.nn.ReLU"));
    assertThat(model.typeOf(x)).isNull();
    assertThat(model.typeOf(graph.callModule("missing", x))).isNull();
    assertThat(model.moduleOf(relu)).isSameAs(model.module("act"));
  }

  @Test
  void theOutputIsFoundWhereverItStands() {
    assertThatThrownBy(graph::outputNode)
        .isInstanceOf(GraphException.class)
        .hasMessage("Cannot find the output of a graph of 3 nodes, expected an output node");
    Node out = graph.output(sum);
    assertThat(graph.outputNode()).isSameAs(out);
    graph.callMethod("neg", x);
    assertThat(graph.outputNode()).isSameAs(out);
  }

  @Test
  void lintNeedsTargetsThatExist() {
    graph.output(sum);
    assertThat(module().lint().runTensor(Tensor.of(new float[] {-1, 2}, 2)))
        .isEqualTo(Tensor.of(new float[] {-1, 4}, 2));
    try (Graph.InsertionPoint at = graph.insertingAfter(x)) {
      assertThat(at).isNotNull();
      graph.getAttr("act.scale");
    }
    assertThatThrownBy(() -> module().lint())
        .isInstanceOf(GraphException.class)
        .hasMessage("Cannot accept node act_scale: get_attr target act.scale does not exist");
    GraphModule withoutChild = module();
    withoutChild.module("act").setAttribute("scale", 1L);
    withoutChild.lint();
    withoutChild.removeChild("act");
    assertThatThrownBy(withoutChild::lint)
        .hasMessage("Cannot accept node act_scale: get_attr target act.scale does not exist");
    withoutChild.setGraph(new Graph());
    assertThat(withoutChild.graph().isEmpty()).isTrue();
  }

  @Test
  void lintNeedsInputsBeforeTheirUsers() {
    graph.output(sum);
    graph.moveAfter(x, relu);
    assertThatThrownBy(() -> module().lint())
        .hasMessage("Cannot accept node act: it uses x, expected that to stand before it");
  }

  @Test
  void copiesOfModulesHaveGraphsOfTheirOwn() {
    graph.output(sum);
    GraphModule model = module();
    GraphModule copy = model.copyGraphModule();
    copy.graph().outputNode().setArg(0, copy.graph().placeholders().get(0));
    assertThat(model.graph().outputNode().arg(0)).isSameAs(sum);
    assertThat(copy.module("act")).isNotSameAs(model.module("act"));
    assertThat(copy.operators()).isSameAs(model.operators());
    assertThat(copy.type().name()).isEqualTo("torch.fx.graph_module.GraphModule");
  }

  @Test
  void valuesAreFreshInEveryRun() {
    Node twice = graph.callFunction(ADD, List.of(sum, sum), Map.of());
    graph.output(Tuple.of(twice, Map.of("first", sum)));
    GraphModule model = module();
    Interpreter interpreter = new Interpreter(model);
    Tensor one = Tensor.of(new float[] {1}, 1);
    Tensor three = Tensor.of(new float[] {3}, 1);
    Object first = interpreter.run(List.of(one), Map.of());
    assertThat(interpreter.run(List.of(three), Map.of())).isNotEqualTo(first);
    assertThat(interpreter.run(List.of(one), Map.of()))
        .isEqualTo(first)
        .isEqualTo(
            Tuple.of(
                Tensor.of(new float[] {4}, 1), Map.of("first", Tensor.of(new float[] {2}, 1))));
  }

  @Test
  void modulesKeepTheirStateByKind() {
    Module module = new Container();
    Tensor t = Tensor.of(new float[] {1}, 1);
    assertThat(module.setChild("fc", new Linear(1, 1))).isInstanceOf(Linear.class);
    module.setParameter("p", t);
    module.setBuffer("b", t);
    module.setAttribute("a", 5L);
    assertThat(module.attributes()).isEqualTo(Map.of("a", 5L));
    assertThat(module.findAttribute("fc")).isSameAs(module.module("fc"));
    assertThat(module.findAttribute("fc.weight")).isSameAs(module.module("fc").tensor("weight"));
    assertThat(module.findAttribute("a")).isEqualTo(5L);
    assertThat(module.findAttribute("nowhere.weight")).isNull();
    module.attach(String.class, "fact");
    assertThat(module.attachment(String.class)).contains("fact");
    module.detach(String.class);
    assertThat(module.attachment(String.class)).isEmpty();
    for (Runnable dotted :
        List.<Runnable>of(
            () -> module.setParameter("a.b", t),
            () -> module.setBuffer("a.b", t),
            () -> module.setAttribute("a.b", 1L),
            () -> module.setChild("", new ReLU()))) {
      assertThatThrownBy(dotted::run).isInstanceOf(GraphException.class);
    }
  }
}
