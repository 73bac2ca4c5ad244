package io.octant.quantization.qconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.MethodType;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.NodeScope;
import io.octant.nn.linear.Linear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which entry decides for which kind of node, and mappings as values. */
class NodeConfigsTest {
  private static final ModuleType LINEAR = new ModuleType("torch.nn.Linear");
  private static final FunctionType ADD = FunctionType.of("torch.add");
  private static final QConfig A = QConfigs.DEFAULT;
  private static final QConfig B = QConfigs.DEFAULT_PER_CHANNEL;

  /** fc(x) + w, reshaped, with the addition and the reshape in module block. */
  private final GraphModels g = new GraphModels();

  private final Node x = g.input("x");
  private final Node weight = g.parameter("w", Tensor.of(new float[2], 2));
  private final Node linear = g.call("block.fc", new Linear(2, 2), x);
  private final Node again = g.call("block.fc", new Linear(2, 2), linear);
  private final Node add = inBlock(g.function("torch.add", again, weight));
  private final Node reshape = inBlock(g.method("reshape", add, -1));
  private final GraphModule model = g.returning(reshape);

  private static Node inBlock(Node node) {
    node.setScope(new NodeScope("block", new ModuleType("my.Block"), ""));
    return node;
  }

  private String source(Node node, QConfigMapping mapping) {
    return NodeConfigs.of(model, mapping).get(node.name()).source();
  }

  @Test
  void everyKindOfNodeHasItsOwnRule() {
    QConfigMapping global = QConfigMapping.empty().withGlobal(A);
    assertThat(source(x, global)).isEqualTo("graph input or output");
    for (Node node : List.of(weight, linear, add, reshape)) {
      assertThat(source(node, global)).isEqualTo("global");
      assertThat(source(node, QConfigMapping.empty())).isEqualTo("no global qconfig");
    }
    QConfigMapping types =
        global
            .withObjectType(LINEAR, B)
            .withObjectType(ADD, B)
            .withObjectType(new MethodType("reshape"), B);
    assertThat(source(linear, types)).isEqualTo("object type torch.nn.Linear");
    assertThat(source(add, types)).isEqualTo("object type torch.add");
    assertThat(source(reshape, types)).isEqualTo("object type reshape");
    QConfigMapping around = types.withObjectType(new ModuleType("my.Block"), A);
    assertThat(source(add, around)).isEqualTo("object type my.Block");
    assertThat(source(reshape, around)).isEqualTo("object type my.Block");
    QConfigMapping name = around.withModuleName("block", B);
    for (Node node : List.of(linear, add, reshape)) {
      assertThat(source(node, name)).isEqualTo("module name block");
    }
    assertThat(source(weight, name)).isEqualTo("global");
    assertThat(source(linear, global.withModuleNameRegex("bl.*", B)))
        .isEqualTo("module name regex bl.*");
  }

  @Test
  void usesAreCountedWithinTheirModule() {
    QConfigMapping second =
        QConfigMapping.empty()
            .withGlobal(A)
            .withModuleNameObjectTypeOrder("block", LINEAR, 1, B)
            .withModuleNameObjectTypeOrder("block", ADD, 0, B);
    assertThat(source(linear, second)).isEqualTo("global");
    assertThat(source(again, second)).startsWith("module name, type and order ").contains("1");
    assertThat(source(add, second)).startsWith("module name, type and order ");
  }

  @Test
  void attributesFollowTheModuleThatOwnsThem() {
    QConfigMapping mapping = QConfigMapping.empty().withGlobal(A).withObjectType(model.type(), B);
    assertThat(source(weight, mapping)).isEqualTo("object type " + model.type().name());
  }

  @Test
  void mappingsAreEqualIfAllEntriesAre() {
    List<QConfigMapping> all =
        Stream.of(
                QConfigMapping.empty(),
                QConfigMapping.empty().withGlobal(A),
                QConfigMapping.empty().withObjectType(LINEAR, A),
                QConfigMapping.empty().withModuleNameRegex("a", A),
                QConfigMapping.empty().withModuleName("a", A),
                QConfigMapping.empty().withModuleNameObjectTypeOrder("a", LINEAR, 0, A))
            .toList();
    for (QConfigMapping a : all) {
      for (QConfigMapping b : all) {
        assertThat(a.equals(b)).isEqualTo(a == b);
      }
      assertThat(a.isEmpty()).isEqualTo(a == all.get(0));
      assertThat(QConfigMapping.fromMap(a.toMap())).isEqualTo(a).hasSameHashCodeAs(a);
      assertThat(a).hasToString("QConfigMapping" + a.toMap());
    }
    assertThat(all.get(1).hashCode()).isNotEqualTo(all.get(4).hashCode());
    assertThat(QConfigMapping.empty().withModuleName("a", null).isEmpty()).isTrue();
    assertThat(all.get(5).moduleNameObjectTypeOrders().keySet())
        .containsExactly(new Occurrence("a", LINEAR, 0));
    assertThat(all.get(2).objectTypes().keySet()).containsExactly(LINEAR);
  }

  @Test
  void changingEveryConfigurationKeepsTheEntries() {
    QConfigMapping before =
        QConfigMapping.empty()
            .withGlobal(A)
            .withObjectType(LINEAR, A)
            .withObjectType(ADD, null)
            .withModuleNameRegex("a", A)
            .withModuleName("a", A)
            .withModuleNameObjectTypeOrder("a", LINEAR, 0, A);
    assertThat(before.map(q -> B))
        .isEqualTo(
            QConfigMapping.empty()
                .withGlobal(B)
                .withObjectType(LINEAR, B)
                .withObjectType(ADD, null)
                .withModuleNameRegex("a", B)
                .withModuleName("a", B)
                .withModuleNameObjectTypeOrder("a", LINEAR, 0, B));
  }

  @Test
  void equalizationMappingsReadBack() {
    ObserverSpec input =
        ObserverSpec.of("torch.ao.quantization.fx._equalize._InputEqualizationObserver");
    EqualizationQConfig q =
        new EqualizationQConfig(input, ObserverSpec.of("torch.ao.quantization.MinMaxObserver"));
    assertThat(q.toMap().keySet()).containsExactly("input_activation", "weight");
    assertThat(EqualizationQConfig.fromMap(q.toMap())).isEqualTo(q);
    assertThat(EqualizationQConfig.fromMap(q)).isSameAs(q);
    EqualizationQConfigMapping mapping =
        EqualizationQConfigMapping.empty().withGlobal(q).withObjectType(LINEAR, null);
    assertThat(EqualizationQConfigMapping.fromMap(mapping.toMap())).isEqualTo(mapping);
    assertThat(mapping.toMap().get("")).isEqualTo(q.toMap());
    assertThat(NodeConfigs.of(model, mapping).get(linear.name()).value()).isEmpty();
    assertThat(NodeConfigs.of(model, mapping).get(add.name()).value()).contains(q);
    assertThatThrownBy(() -> EqualizationQConfig.fromMap(Map.of("activation", 1)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("unknown key 'activation', expected 'input_activation'");
  }

  @Test
  void qconfigsAreValues() {
    assertThat(A.withWeight(B.weight())).isEqualTo(new QConfig(A.activation(), B.weight()));
    assertThat(A.withActivation(B.weight())).isEqualTo(new QConfig(B.weight(), A.weight()));
    assertThat(QConfig.fromMap(A)).isSameAs(A);
    assertThatThrownBy(() -> QConfig.fromMap(Map.of("activation", A.activation())))
        .hasMessage("Cannot read qconfig: [activation], expected a key 'weight'");
  }

  @Test
  void kindsOfQuantizationByName() {
    assertThat(Stream.of(QuantType.values()).map(QuantType::key))
        .containsExactly("dynamic", "static", "qat", "weight_only");
    for (QuantType type : QuantType.values()) {
      assertThat(QuantType.of(type.key())).isEqualTo(type);
    }
    assertThatThrownBy(() -> QuantType.of("STATIC"))
        .hasMessage(
            "Cannot resolve quantization type: STATIC, expected dynamic, static, qat or"
                + " weight_only");
  }
}
