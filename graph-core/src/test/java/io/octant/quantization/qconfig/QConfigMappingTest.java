package io.octant.quantization.qconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.MethodType;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.nn.linear.Linear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QConfigMappingTest {
  private static final ModuleType LINEAR = new ModuleType("torch.nn.Linear");
  private static final QConfig A = qconfig(1);
  private static final QConfig B = qconfig(2);
  private static final QConfig C = qconfig(3);
  private static final QConfig D = qconfig(4);

  /** Configurations that differ in one number. */
  private static QConfig qconfig(int quantMax) {
    return QConfigs.DEFAULT.withActivation(
        ObserverSpec.of("torch.ao.quantization.MinMaxObserver")
            .with("quant_min", 0)
            .with("quant_max", quantMax));
  }

  @Test
  void strongerEntriesWin() {
    QConfigMapping mapping = QConfigMapping.empty().withGlobal(A);
    assertThat(mapping.forModule(LINEAR, "a.b").value()).contains(A);
    mapping = mapping.withObjectType(LINEAR, B);
    assertThat(mapping.forModule(LINEAR, "a.b").value()).contains(B);
    mapping = mapping.withModuleNameRegex("a\\..*", C);
    assertThat(mapping.forModule(LINEAR, "a.b").value()).contains(C);
    mapping = mapping.withModuleName("a.b", D);
    assertThat(mapping.forModule(LINEAR, "a.b").value()).contains(D);
    assertThat(mapping.forModule(LINEAR, "a.b").source()).isEqualTo("module name a.b");
  }

  @Test
  void noneStopsTheSearch() {
    QConfigMapping mapping =
        QConfigMapping.empty().withGlobal(A).withObjectType(LINEAR, null).withModuleName("x", B);
    assertThat(mapping.forModule(LINEAR, "y").value()).isEmpty();
    assertThat(mapping.forModule(LINEAR, "y").source()).contains("object type torch.nn.Linear");
    assertThat(mapping.forModule(LINEAR, "x").value()).contains(B);
  }

  @Test
  void aNameCoversWhatLiesBelowAndTheLongestWins() {
    QConfigMapping mapping = QConfigMapping.empty().withModuleName("a", A).withModuleName("a.b", B);
    assertThat(mapping.forModule(LINEAR, "a.x").value()).contains(A);
    assertThat(mapping.forModule(LINEAR, "a.b.c").value()).contains(B);
    assertThat(mapping.forModule(LINEAR, "ab").value()).isEmpty();
  }

  @Test
  void aRegexMatchesAtTheStartAndTheFirstRegisteredWins() {
    QConfigMapping mapping =
        QConfigMapping.empty()
            .withModuleNameRegex("conv", A)
            .withModuleNameRegex("conv.*", B)
            .withModuleNameRegex("conv", C);
    assertThat(mapping.forModule(LINEAR, "conv12").value()).contains(C);
    assertThat(mapping.moduleNameRegexes().keySet()).containsExactly("conv", "conv.*");
    assertThat(mapping.forModule(LINEAR, "my.conv").value()).isEmpty();
  }

  @Test
  void occurrencesAreCountedWithinTheirModule() {
    GraphModels g = new GraphModels();
    Node x = g.input("x");
    Node first = g.function("torch.add", x, x);
    Node second = g.function("torch.add", first, x);
    GraphModule model = g.returning(second);
    QConfigMapping mapping =
        QConfigMapping.empty()
            .withGlobal(A)
            .withModuleNameObjectTypeOrder("", FunctionType.of("torch.add"), 1, B);

    Map<String, Choice<QConfig>> chosen = NodeConfigs.of(model, mapping);

    assertThat(chosen.get(first.name()).value()).contains(A);
    assertThat(chosen.get(second.name()).value()).contains(B);
    assertThat(chosen.get("x").value()).isEmpty();
  }

  @Test
  void methodsFollowTheirNameAndTheModuleAroundThem() {
    GraphModels g = new GraphModels();
    Node linear = g.call("fc", new Linear(2, 2), g.input("x"));
    Node reshaped = g.method("reshape", linear, -1);
    GraphModule model = g.returning(reshaped);

    QConfigMapping byMethod =
        QConfigMapping.empty().withObjectType(new MethodType("reshape"), B).withGlobal(A);

    assertThat(NodeConfigs.of(model, byMethod).get(reshaped.name()).value()).contains(B);
    assertThat(NodeConfigs.of(model, byMethod).get(linear.name()).value()).contains(A);
  }

  @Test
  void settingKeepsTheOriginalAndThePositionOfAnEntry() {
    QConfigMapping before = QConfigMapping.empty().withModuleName("a", A).withModuleName("b", A);
    QConfigMapping after = before.withModuleName("a", B);
    assertThat(before.moduleNames().get("a")).isEqualTo(Optional.of(A));
    assertThat(after.moduleNames().keySet()).containsExactly("a", "b");
  }

  @Test
  void mapsAndBack() {
    QConfigMapping mapping =
        QConfigMapping.empty()
            .withGlobal(A)
            .withObjectType(LINEAR, null)
            .withObjectType(FunctionType.of("torch.add"), B)
            .withModuleNameRegex("c.*", B)
            .withModuleName("d", null)
            .withModuleNameObjectTypeOrder("e", LINEAR, 2, C);
    assertThat(QConfigMapping.fromMap(mapping.toMap())).isEqualTo(mapping);
    assertThat(QConfigMapping.fromJson(mapping.toJson())).isEqualTo(mapping);
    assertThat(mapping.toMap().keySet())
        .containsExactly(
            "", "object_type", "module_name_regex", "module_name", "module_name_object_type_order");
  }

  @Test
  void anUnknownKeyNamesTheNearest() {
    assertThatThrownBy(() -> QConfigMapping.fromMap(Map.of("module_nam", List.of())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("unknown key 'module_nam'")
        .hasMessageContaining("expected 'module_name'");
  }

  @Test
  void malformedRowsAreRefused() {
    assertThatThrownBy(
            () -> QConfigMapping.fromMap(Map.of("object_type", List.of(List.of("reshape")))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("object_type");
    assertThatThrownBy(
            () ->
                QConfigMapping.fromMap(
                    Map.of("module_name", List.of(Arrays.asList("a", List.of())))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("qconfig");
    assertThatThrownBy(() -> QConfigMapping.empty().withModuleNameRegex("(", A))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("regular expression");
  }

  @Test
  void unknownEnginesAndVersionsAreRefused() {
    assertThatThrownBy(() -> QuantizedEngine.of("bogus"))
        .isInstanceOf(OctantException.class)
        .hasMessage(
            "Cannot resolve quantized engine: bogus, expected one of [x86, fbgemm, onednn, qnnpack]");
    assertThatThrownBy(() -> QConfigs.qat(QuantizedEngine.X86, 5))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("version 5 is not supported");
  }

  @Test
  void theOctantDefaultObservesIndependentlyOfOrder() {
    QConfigMapping mapping =
        DefaultQConfigMappings.octant(QuantizedEngine.X86, ActivationRange.EIGHT_BITS);
    assertThat(mapping.global().orElseThrow().activation().create().type().name())
        .endsWith("GridHistogramObserver");
    assertThat(mapping.objectTypes().keySet())
        .isEqualTo(DefaultQConfigMappings.ptq(QuantizedEngine.X86).objectTypes().keySet());
  }
}
