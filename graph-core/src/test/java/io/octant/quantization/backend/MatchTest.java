package io.octant.quantization.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.nn.linear.Linear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.tensor.DType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Parts of a match, getters by name, and the type combinations of a pattern. */
class MatchTest {
  private static final FunctionType ADD = FunctionType.of("torch.add");
  private static final FunctionType RELU = FunctionType.of("torch.nn.functional.relu");
  private static final ModuleType LINEAR = new ModuleType("torch.nn.Linear");

  /** relu(add(linear(x), y)), once with the linear at the left, once at the right. */
  private static MatchedNodes match(boolean left, GraphModels g, Node[] nodes) {
    Node y = g.input("y");
    Node linear = g.call("fc", new Linear(2, 2), g.input("x"));
    Node add = left ? g.function("torch.add", linear, y) : g.function("torch.add", y, linear);
    Node relu = g.function("torch.nn.functional.relu", add);
    GraphModule model = g.returning(relu);
    nodes[0] = linear;
    nodes[1] = y;
    Pattern any = new Pattern.Any();
    Pattern root = Pattern.of(LINEAR);
    Pattern sum =
        new Pattern.Applied(Pattern.of(ADD), left ? List.of(root, any) : List.of(any, root));
    return new PatternMatcher(model)
        .match(new Pattern.Applied(Pattern.of(RELU), List.of(sum)), relu)
        .orElseThrow();
  }

  @Test
  void gettersOfTheLeftAndTheRight() {
    for (boolean left : new boolean[] {true, false}) {
      Node[] nodes = new Node[2];
      MatchedNodes match = match(left, new GraphModels(), nodes);
      String side = left ? "left" : "right";
      NodeGetter root = NodeGetters.read("_conv_add_relu_root_node_getter_" + side);
      NodeGetter extra = NodeGetters.read("_conv_add_relu_extra_inputs_getter_" + side);
      assertThat(root.pick(match)).containsExactly(new MatchedNodes.One(nodes[0]));
      assertThat(extra.pick(match)).containsExactly(new MatchedNodes.Input(nodes[1]));
      assertThat(match.firstRoot()).isSameAs(nodes[0]);
      assertThat(match.nodes()).hasSize(3);
      assertThat(match.last().operation().target()).isEqualTo("torch.nn.functional.relu");
      assertThatThrownBy(() -> match.at(List.of(1, 1, 1, 1)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void gettersKnowTheirPaths() {
    assertThat(NodeGetters.read("_conv_bn_add_root_node_getter_left").paths())
        .containsExactly(List.of(1, 1));
    assertThat(NodeGetters.read("_conv_bn_add_relu_root_node_getter_right").paths())
        .containsExactly(List.of(1, 2, 1));
    assertThat(NodeGetters.read("_conv_add_extra_inputs_getter_left").paths())
        .containsExactly(List.of(2));
    assertThat(NodeGetter.of("mine", 1, 2))
        .isEqualTo(new NodeGetter("mine", List.of(List.of(1, 2))));
    assertThatThrownBy(() -> NodeGetters.read("_conv"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("Cannot resolve node getter: _conv, expected one of [");
  }

  @Test
  void anOperatorIsItsOwnRoot() {
    GraphModels g = new GraphModels();
    Node linear = g.call("fc", new Linear(2, 2), g.input("x"));
    PatternMatcher matcher = new PatternMatcher(g.returning(linear));
    MatchedNodes match = matcher.match(Pattern.of(LINEAR), linear).orElseThrow();
    assertThat(match.last()).isSameAs(linear);
    assertThat(match.firstRoot()).isSameAs(linear);
    Pattern alone = new Pattern.Applied(Pattern.of(LINEAR), List.of());
    assertThat(matcher.match(alone, linear)).isPresent();
    Pattern ofLiteral = new Pattern.Applied(Pattern.of(LINEAR), List.of(new Pattern.Constant(1L)));
    assertThat(matcher.match(ofLiteral, linear)).isEmpty();
    Pattern ofLinear = Pattern.sequence(List.of(LINEAR, LINEAR));
    assertThat(matcher.match(ofLinear, linear)).isEmpty();
    assertThatThrownBy(() -> new MatchedNodes.Input(1).last())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void literalsInTheMapForm() {
    assertThat(Pattern.fromMap(3)).isEqualTo(new Pattern.Constant(3L));
    assertThat(Pattern.fromMap(0.5)).isEqualTo(new Pattern.Constant(0.5));
    assertThat(Pattern.fromMap(true)).isEqualTo(new Pattern.Constant(true));
    assertThat(new Pattern.Constant(3L).toMap()).isEqualTo(3L);
    assertThat(new Pattern.Constant(3L).size()).isOne();
    assertThat(new Pattern.Any().size()).isOne();
    assertThatThrownBy(() -> Pattern.fromMap(Map.of("tuple", List.of())))
        .hasMessage("Cannot read pattern: (), expected an operator");
  }

  @Test
  void typeCombinations() {
    DTypeWithConstraints q = DTypeWithConstraints.of(DType.QUINT8);
    assertThat(DTypeConfig.ofActivations(DType.QUINT8))
        .isEqualTo(
            new DTypeConfig(
                Optional.of(q), Optional.of(q), Optional.empty(), Optional.empty(), false));
    assertThat(DTypeConfig.ofWeighted(DType.QUINT8, DType.QINT8))
        .isEqualTo(
            new DTypeConfig(
                Optional.of(q),
                Optional.of(q),
                Optional.of(DTypeWithConstraints.of(DType.QINT8)),
                Optional.of(DType.FLOAT32),
                false));
    DTypeConfig dynamic =
        new DTypeConfig(Optional.of(q), Optional.empty(), Optional.empty(), Optional.empty(), true);
    assertThat(dynamic.toMap())
        .isEqualTo(
            Map.of(
                "input_dtype",
                Map.of("dtype", Map.of("dtype", "torch.quint8")),
                "is_dynamic",
                true));
    assertThat(DTypeConfig.fromMap(dynamic.toMap())).isEqualTo(dynamic);
    assertThat(DTypeConfig.fromMap(dynamic)).isSameAs(dynamic);
  }

  @Test
  void constraintsInTheMapForm() {
    DTypeWithConstraints all =
        new DTypeWithConstraints(
            DType.QINT8,
            OptionalLong.of(-127),
            OptionalLong.of(126),
            OptionalDouble.of(0.25),
            OptionalDouble.of(4),
            OptionalDouble.of(0.5),
            OptionalLong.of(3));
    assertThat(all.toMap())
        .hasToString(
            "{dtype={dtype=torch.qint8}, quant_min_lower_bound=-127, quant_max_upper_bound=126,"
                + " scale_min_lower_bound=0.25, scale_max_upper_bound=4.0, scale_exact_match=0.5,"
                + " zero_point_exact_match=3}");
    assertThat(DTypeWithConstraints.fromMap(all.toMap())).isEqualTo(all);
    assertThat(DTypeWithConstraints.fromMap("qint8"))
        .isEqualTo(DTypeWithConstraints.of(DType.QINT8));
    assertThat(DTypeWithConstraints.fromMap(Map.of("dtype", "torch.qint8")))
        .isEqualTo(DTypeWithConstraints.of(DType.QINT8));
    assertThat(
            DTypeWithConstraints.of(DType.QINT8)
                .withRange(-127, 126)
                .withSmallestScale(0.25)
                .withExactQParams(0.5, 3)
                .toMap())
        .hasToString(
            "{dtype={dtype=torch.qint8}, quant_min_lower_bound=-127, quant_max_upper_bound=126,"
                + " scale_min_lower_bound=0.25, scale_exact_match=0.5, zero_point_exact_match=3}");
  }

  @Test
  void whatABackendReplaces() {
    ModuleType fused = new ModuleType("torch.ao.nn.intrinsic.LinearReLU");
    ModuleType reference = new ModuleType("torch.ao.nn.quantized.reference.Linear");
    ModuleType qat = new ModuleType("torch.ao.nn.qat.Linear");
    BackendPatternConfig linear =
        BackendPatternConfig.builder(LINEAR)
            .rootModule(LINEAR)
            .referenceQuantizedModule(reference)
            .qatModule(qat)
            .build();
    BackendPatternConfig sequence =
        BackendPatternConfig.builder(List.of(LINEAR, RELU))
            .fusedModule(fused)
            .fuserMethod("sequential_wrapper2")
            .rootNodeGetter(NodeGetters.read("_conv_add_root_node_getter_left"))
            .extraInputsGetter(NodeGetters.read("_conv_add_extra_inputs_getter_left"))
            .observationType(ObservationType.INPUT_OUTPUT_NOT_OBSERVED)
            .build();
    BackendConfig config = BackendConfig.named("mine").with(List.of(linear, sequence));
    assertThat(config.name()).isEqualTo("mine");
    assertThat(config.configs())
        .flatExtracting(c -> c.fusedModule().stream().toList())
        .containsExactly(fused);
    assertThat(config.qatModules()).containsExactly(Map.entry(LINEAR, qat));
    assertThat(config.referenceModules()).containsExactly(Map.entry(LINEAR, reference));
    assertThat(config.bySize()).containsExactly(sequence, linear);
    assertThat(config.find(Pattern.of(RELU))).isEmpty();
    assertThat(config.dtypeConfigs(LINEAR)).isEmpty();
    assertThat(BackendConfig.fromMap(config.toMap())).isEqualTo(config).hasSameHashCodeAs(config);
    assertThat(config)
        .isNotEqualTo(BackendConfig.named("other").with(List.of(linear, sequence)))
        .isNotEqualTo(BackendConfig.named("mine").with(List.of(sequence, linear)))
        .isNotEqualTo(BackendConfig.named("mine"));
    assertThat(config.hashCode()).isNotEqualTo(BackendConfig.named("mine").hashCode());
    assertThat(BackendPatternConfig.fromMap(sequence.toMap())).isEqualTo(sequence);
  }
}
