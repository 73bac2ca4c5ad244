package io.octant.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.Container;
import io.octant.graph.GraphModule;
import io.octant.graph.Module;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Tuple;
import io.octant.nn.Initialization;
import io.octant.nn.activation.ReLU;
import io.octant.nn.container.Sequential;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.linear.Linear;
import io.octant.nn.quantized.FloatFunctional;
import io.octant.shape.ShapeInterpreter;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class TracerTest {
  private static final Tensor X = Initialization.uniform(new Random(3), 1, 2, 5);

  /** A model around one function. */
  private static Body model(Function<Body, Value> forward, String... inputs) {
    return new Body(forward, inputs.length == 0 ? new String[] {"x"} : inputs);
  }

  private static final class Body extends TraceableModule {
    private final Function<Body, Value> forward;
    private Value[] inputs = {};

    Body(Function<Body, Value> forward, String... inputs) {
      super(inputs);
      this.forward = forward;
    }

    Body with(String name, Module child) {
      setChild(name, child);
      return this;
    }

    Value in(int index) {
      return inputs[index];
    }

    Value run(String child, Value... args) {
      return call(child, (Object[]) args);
    }

    Value own(String name) {
      return state(name);
    }

    FunctionalOperations operations(String child) {
      return functional(child);
    }

    @Override
    protected Value forward(Value... given) {
      inputs = given;
      return forward.apply(this);
    }
  }

  private static List<String> lines(GraphModule g) {
    return g.graph().nodes().stream()
        .map(
            n ->
                n.name()
                    + " = "
                    + n.operation().opcode()
                    + " "
                    + n.target()
                    + " "
                    + n.args()
                    + n.kwargs())
        .toList();
  }

  private static List<String> scopes(GraphModule g) {
    return g.graph().nodes().stream()
        .map(n -> n.name() + ": " + n.scope().modulePath() + " " + n.scope().moduleType())
        .toList();
  }

  @Test
  void documentationExampleHasTheGraphThatPyTorchTraces() {
    DocumentationExample model = new DocumentationExample();
    Initialization.reset(model, 11);

    GraphModule traced = new Tracer().trace(model);

    assertThat(lines(traced))
        .containsExactly(
            "x = placeholder x []{}",
            "linear = call_module linear [x]{}",
            "sub_linear = call_module sub.linear [linear]{}",
            "add = call_function operator.add [sub_linear, linear]{}",
            "output = output output [add]{}");
    assertThat(scopes(traced))
        .containsExactly(
            "x:  null",
            "linear: linear torch.nn.Linear",
            "sub_linear: sub.linear torch.nn.Linear",
            "add:  null",
            "output:  null");
    assertThat(traced.module("sub").type().name()).isEqualTo("torch.nn.Module");
    assertThat(traced.run(X)).isEqualTo(model.evaluate(List.of(X), Map.of()));
  }

  @Test
  void nodesKnowTheLineThatMadeThem() {
    GraphModule traced = new Tracer().trace(new DocumentationExample());

    assertThat(traced.graph().node("add").scope().source())
        .matches("DocumentationExample\\.forward\\(DocumentationExample\\.java:\\d+\\)");
    assertThat(traced.graph().node("sub_linear").scope().source()).startsWith("Sub.forward(");
  }

  @Test
  void nestedModulesGiveTheirScopeToTheNodesTheyMake() {
    TraceableModule leaf =
        model(m -> Torch.relu(m.run("lin", m.in(0))).plus(m.in(0))).with("lin", new Linear(5, 5));
    TraceableModule middle = model(m -> m.run("leaf", m.run("leaf", m.in(0))).times(0.5));
    middle.setChild("leaf", leaf);
    TraceableModule top = model(m -> m.run("mid1", m.in(0)).plus(m.in(0)));
    top.setChild("mid1", middle);

    GraphModule traced = new Tracer().trace(top);

    assertThat(traced.graph().nodes().stream().map(Node::name))
        .containsExactly(
            "x",
            "mid1_leaf_lin",
            "relu",
            "add",
            "mid1_leaf_lin_1",
            "relu_1",
            "add_1",
            "mul",
            "add_2",
            "output");
    String type = leaf.type().name();
    assertThat(scopes(traced))
        .contains(
            "relu: mid1.leaf " + type,
            "mul: mid1 " + type,
            "add_2:  null",
            "mid1_leaf_lin_1: mid1.leaf.lin torch.nn.Linear");
  }

  @Test
  void sequentialIsLookedInto() {
    Sequential model =
        new Sequential(new Linear(5, 4), new ReLU(), new Sequential(new Linear(4, 3)));

    GraphModule traced = new Tracer().trace(model);

    assertThat(traced.graph().nodes().stream().map(Node::name))
        .containsExactly("input_1", "_0", "_1", "_2_0", "output");
    assertThat(traced.graph().node("input_1").target()).isEqualTo("input");
    assertThat(scopes(traced)).contains("_2_0: 2.0 torch.nn.Linear");
    assertThat(traced.run(X)).isEqualTo(model.evaluate(List.of(X), Map.of()));
  }

  @Test
  void parameterIsOneNodeAndBufferOneForEachUse() {
    Body model =
        model(
            m -> {
              Value w = m.own("w");
              Value b = m.own("b");
              return m.in(0).times(w).plus(b).times(w).plus(b);
            });
    model.setParameter("w", Tensor.of(new float[] {1, 2, 3, 4, 5}, 5));
    model.setBuffer("b", Tensor.of(new float[] {1, 1, 1, 1, 1}, 5));

    GraphModule traced = new Tracer().trace(model);

    assertThat(lines(traced))
        .containsExactly(
            "x = placeholder x []{}",
            "w = get_attr w []{}",
            "mul = call_function operator.mul [x, w]{}",
            "b = get_attr b []{}",
            "add = call_function operator.add [mul, b]{}",
            "mul_1 = call_function operator.mul [add, w]{}",
            "b_1 = get_attr b []{}",
            "add_1 = call_function operator.add [mul_1, b_1]{}",
            "output = output output [add_1]{}");
    assertThat(traced.parameters()).containsKey("w");
    assertThat(traced.buffers()).containsKey("b");
    assertThat(traced.run(X)).isEqualTo(model.evaluate(List.of(X), Map.of()));
  }

  @Test
  void constantTensorsBecomeAttributes() {
    Tensor constant = Tensor.of(new float[] {1, 2, 3, 4, 5}, 5);
    GraphModule traced = new Tracer().trace(model(m -> m.in(0).plus(constant)));

    assertThat(lines(traced)).contains("_tensor_constant0 = get_attr _tensor_constant0 []{}");
    assertThat(traced.attribute("_tensor_constant0")).isSameAs(constant);
  }

  @Test
  void functionsWithoutTracedArgumentsAreComputed() {
    GraphModule traced =
        new Tracer()
            .trace(
                model(
                    m ->
                        m.in(0)
                            .plus(
                                Torch.relu(Value.of(Tensor.of(new float[] {-1, 2, 0, 0, 1}, 5))))));

    assertThat(traced.graph().nodes().stream().map(Node::name))
        .containsExactly("x", "_tensor_constant0", "add", "output");
  }

  @Test
  void methodsFunctionsAndIndicesAreRecordedAsPyTorchDoes() {
    GraphModule traced =
        new Tracer()
            .trace(
                model(
                    m -> {
                      Value x = Functional.relu(m.in(0));
                      Value rows = x.shape().get(0);
                      Value y = x.reshape(rows, -1).permute(1, 0).mean(0, 1);
                      Value z = Torch.cat(List.of(x, m.in(1)), 1);
                      return Value.tuple(y, z.chunk(2, 1).get(1).add(z.size(0)));
                    },
                    "x",
                    "y"));

    assertThat(lines(traced))
        .containsExactly(
            "x = placeholder x []{}",
            "y = placeholder y []{}",
            "relu = call_function torch.nn.functional.relu [x]{inplace=false}",
            "getattr_1 = call_function builtins.getattr [relu, shape]{}",
            "getitem = call_function operator.getitem [getattr_1, 0]{}",
            "reshape = call_method reshape [relu, getitem, -1]{}",
            "permute = call_method permute [reshape, 1, 0]{}",
            "mean = call_method mean [permute, (0, 1)]{}",
            "cat = call_function torch.cat [[relu, y], 1]{}",
            "chunk = call_method chunk [cat, 2, 1]{}",
            "getitem_1 = call_function operator.getitem [chunk, 1]{}",
            "size = call_method size [cat, 0]{}",
            "add = call_method add [getitem_1, size]{}",
            "output = output output [(mean, add)]{}");
    assertThat(((Tuple) traced.run(X, X)).items()).hasSize(2);
  }

  @Test
  void leavesByNameAndTypeAreCalledAsOneUnit() {
    DocumentationExample model = new DocumentationExample();
    ModuleType sub = Module.typeOf(DocumentationExample.Sub.class);

    for (LeafRule rule :
        List.of(
            LeafRule.skipping(Set.of("sub"), Set.of()), LeafRule.skipping(Set.of(), Set.of(sub)))) {
      GraphModule traced = new Tracer(rule).trace(model);

      assertThat(lines(traced)).contains("sub = call_module sub [linear]{}");
      assertThat(traced.module("sub")).isSameAs(model.module("sub"));
      assertThat(traced.run(X)).isEqualTo(model.evaluate(List.of(X), Map.of()));
    }
  }

  @Test
  void floatFunctionalBecomesPlainFunctionsAndTheModelKeepsIt() {
    TraceableModule model =
        model(m -> m.operations("ff").addRelu(m.operations("ff").mulScalar(m.in(0), 2), m.in(0)));
    model.setChild("ff", new FloatFunctional());

    GraphModule traced = new Tracer().trace(model);

    assertThat(lines(traced))
        .containsExactly(
            "x = placeholder x []{}",
            "mul = call_function torch.mul [x, 2.0]{}",
            "add = call_function torch.add [mul, x]{}",
            "relu = call_function torch.nn.functional.relu [add]{inplace=false}",
            "output = output output [relu]{}");
    assertThat(traced.children()).isEmpty();
    assertThat(model.module("ff")).isInstanceOf(FloatFunctional.class);
    assertThat(traced.run(X)).isEqualTo(model.evaluate(List.of(X), Map.of()));
  }

  @Test
  void controlFlowOnValuesIsRefused() {
    TraceableModule model = model(m -> m.in(0).sum().isTrue() ? m.in(0) : m.in(0).times(2));

    assertThatThrownBy(() -> new Tracer().trace(model))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith(
            "Cannot read a truth value of traced value sum_1, made at Body.forward(")
        .hasMessageContaining("control flow");
    assertThat(model.evaluate(List.of(X), Map.of())).isInstanceOf(Tensor.class);
  }

  @Test
  void modulesWithoutTraceableForwardAreNamed() {
    TraceableModule model = model(m -> m.run("part", m.in(0)));
    model.setChild("part", new Container(new ModuleType("user.Part")));

    assertThatThrownBy(() -> new Tracer().trace(model))
        .isInstanceOf(TraceException.class)
        .hasMessageStartingWith("Cannot trace module part of type user.Part: expected");
  }

  @Test
  void graphModulesAreTracedAnew() {
    GraphModule once = new Tracer().trace(new DocumentationExample());
    TraceableModule outer = model(m -> m.run("inner", m.in(0)).relu());
    outer.setChild("inner", once);

    assertThat(lines(new Tracer().trace(once))).isEqualTo(lines(once));
    assertThat(new Tracer().trace(outer).graph().nodes().stream().map(Node::name))
        .containsExactly("x", "inner_linear", "inner_sub_linear", "add", "relu", "output");
  }

  @Test
  void copiesOfAModelCallTheirOwnChildren() {
    DocumentationExample model = new DocumentationExample();
    Module copy = model.copy();
    copy.setModule("sub.linear", new ReLU());

    assertThat(copy.evaluate(List.of(X), Map.of()))
        .isNotEqualTo(model.evaluate(List.of(X), Map.of()));
    assertThat(new Tracer().trace(copy).module("sub.linear")).isInstanceOf(ReLU.class);
  }

  @Test
  void sharedModuleKeepsItsFirstPath() {
    Linear shared = new Linear(5, 5);
    TraceableModule model = model(m -> m.run("b", m.run("a", m.in(0))));
    model.setChild("a", shared);
    model.setChild("b", shared);

    assertThat(lines(new Tracer().trace(model)))
        .contains("a = call_module a [x]{}", "a_1 = call_module a [a]{}");
  }

  @Test
  void shapesArePropagated() {
    TraceableModule model =
        model(m -> m.run("conv", m.in(0)).mean(2, 3).reshape(m.in(0).size(0), -1));
    model.setChild("conv", new Conv2d(ConvSettings.of(3, 4, 3).withStride(2)));
    GraphModule traced = new Tracer().trace(model);

    Map<String, String> shapes = new java.util.LinkedHashMap<>();
    ShapeInterpreter.specs(traced, Initialization.uniform(new Random(0), 1, 2, 3, 9, 9))
        .forEach((node, spec) -> shapes.put(node.name(), spec.shape().toString()));

    assertThat(shapes)
        .containsExactly(
            Map.entry("x", "[2, 3, 9, 9]"),
            Map.entry("conv", "[2, 4, 4, 4]"),
            Map.entry("mean", "[2, 4]"),
            Map.entry("reshape", "[2, 4]"));
  }
}
