package io.octant.quantization.convert;

import static io.octant.quantization.GraphModels.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.nn.activation.ReLU;
import io.octant.nn.linear.Linear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.prepare.PrepareOptions;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.quantization.qconfig.QuantType;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** The mapping and the other options that convert takes. */
class ConvertMappingTest {
  private static final ModuleType LINEAR = new ModuleType("torch.nn.Linear");
  private static final QConfig X86 = QConfigs.ptq(QuantizedEngine.X86);

  private final GraphModels g = new GraphModels();
  private final GraphModule model = g.returning(g.call("block.fc", new Linear(4, 4), g.input("x")));

  private GraphModule prepared(QConfigMapping mapping) {
    GraphModule out = QuantizeFx.prepare(model, mapping);
    out.run(random(1, 3, 4));
    return out;
  }

  private static String type(GraphModule prepared, QConfigMapping mapping) {
    return QuantizeFx.convert(prepared, ConvertOptions.lowered().withQConfigMapping(mapping))
        .module("block.fc")
        .type()
        .name();
  }

  /** Every level of the mapping: the entry may stay or become None, not change and not go. */
  @Test
  void everyEntryStaysOrBecomesNone() {
    Map<String, BiFunction<QConfigMapping, QConfig, QConfigMapping>> levels =
        Map.of(
            "global", QConfigMapping::withGlobal,
            "object type torch.nn.Linear", (m, q) -> m.withObjectType(LINEAR, q),
            "module name regex block.*", (m, q) -> m.withModuleNameRegex("block.*", q),
            "module name block", (m, q) -> m.withModuleName("block", q));
    levels.forEach(
        (level, with) -> {
          QConfigMapping empty = QConfigMapping.empty();
          GraphModule prepared = prepared(with.apply(empty, X86));
          assertThat(type(prepared, with.apply(empty, X86)))
              .as(level)
              .isEqualTo("torch.ao.nn.quantized.Linear");
          assertThat(type(prepared, with.apply(empty, null))).as(level).isEqualTo(LINEAR.name());
          assertThatThrownBy(() -> type(prepared, with.apply(empty, QConfigs.DEFAULT)))
              .isInstanceOf(ConvertException.class)
              .hasMessage(
                  "Cannot convert: the qconfig of "
                      + level
                      + " differs from that of prepare, expected the same or None");
          if (!level.equals("global")) {
            assertThatThrownBy(() -> type(prepared, empty))
                .isInstanceOf(ConvertException.class)
                .hasMessage(
                    "Cannot convert: the qconfig mapping has no "
                        + level
                        + ", expected every entry of the mapping of prepare");
          }
        });
  }

  @Test
  void aStrongerEntryMustNotChangeWhatANodeGot() {
    GraphModule prepared = prepared(QConfigMapping.empty().withGlobal(X86));
    QConfigMapping changed =
        QConfigMapping.empty().withGlobal(X86).withModuleName("block", QConfigs.DEFAULT);
    assertThatThrownBy(() -> type(prepared, changed))
        .isInstanceOf(ConvertException.class)
        .hasMessage(
            "Cannot convert node block_fc (block.fc): its qconfig differs from that of prepare, expected the"
                + " same or None");
  }

  @Test
  void trainedModulesAreFoundByTheirFloatTypes() {
    model.train(true);
    QConfigMapping mapping =
        QConfigMapping.empty().withObjectType(LINEAR, QConfigs.qat(QuantizedEngine.X86));
    GraphModule prepared = QuantizeFx.prepareQat(model, mapping);
    prepared.run(random(1, 3, 4));
    assertThat(prepared.module("block.fc").type().name()).isEqualTo("torch.ao.nn.qat.Linear");
    assertThat(type(prepared, mapping)).isEqualTo("torch.ao.nn.quantized.Linear");
    assertThat(type(prepared, QConfigMapping.empty().withObjectType(LINEAR, null)))
        .isEqualTo(LINEAR.name());
  }

  @Test
  void optionsChangeOneAtATime() {
    ConvertOptions options = ConvertOptions.lowered();
    assertThat(options)
        .isEqualTo(
            new ConvertOptions(
                ConvertForm.LOWERED,
                ConvertCustomConfig.empty(),
                Optional.empty(),
                Optional.empty(),
                QuantizedEngine.X86,
                ConvertOptions.Retention.DROP,
                ConvertOptions.Retention.DROP));
    assertThat(ConvertOptions.of(ConvertForm.DECOMPOSED).qconfigs())
        .isEqualTo(ConvertOptions.Retention.KEEP);
    assertThat(options.withForm(ConvertForm.REFERENCE))
        .isEqualTo(ConvertOptions.of(ConvertForm.REFERENCE));
    assertThat(options.withEngine(QuantizedEngine.QNNPACK).engine())
        .isEqualTo(QuantizedEngine.QNNPACK);
    assertThat(options.withBackend(BackendConfigs.of("onednn")).backend())
        .contains(BackendConfigs.of("onednn"));
    assertThat(options.keepingOriginalWeights().originalWeights())
        .isEqualTo(ConvertOptions.Retention.KEEP);
  }

  @Test
  void theBackendOfConvertDecidesWhatIsConverted() {
    GraphModule prepared = prepared(QConfigMapping.empty().withGlobal(X86));
    ConvertOptions none =
        ConvertOptions.of(ConvertForm.REFERENCE)
            .withBackend(io.octant.quantization.backend.BackendConfig.named("none"));
    assertThat(QuantizeFx.convert(prepared, none).module("block.fc").type()).isEqualTo(LINEAR);
  }

  @Test
  void dynamicQuantizationReducesTheRangeForX86Only() {
    GraphModule prepared = prepared(QConfigMapping.empty().withGlobal(QConfigs.DEFAULT_DYNAMIC));
    for (QuantizedEngine engine : QuantizedEngine.values()) {
      GraphModule reference =
          QuantizeFx.convert(prepared, ConvertOptions.of(ConvertForm.REFERENCE).withEngine(engine));
      assertThat(
              reference
                  .graph()
                  .nodes(n -> n.target().equals("torch.quantize_per_tensor_dynamic"))
                  .get(0)
                  .arg(2))
          .isEqualTo(engine == QuantizedEngine.X86 || engine == QuantizedEngine.FBGEMM);
    }
  }

  @Test
  void customModulesAreFoundByTheirObservedType() {
    ModuleType observed = new ModuleType("my.Observed");
    ModuleType quantized = new ModuleType("my.Quantized");
    ConvertCustomConfig config =
        ConvertCustomConfig.empty().withObservedToQuantized(observed, quantized, QuantType.DYNAMIC);
    assertThat(config.quantizedType(observed)).contains(Map.entry(QuantType.DYNAMIC, quantized));
    assertThat(config.quantizedType(quantized)).isEmpty();
  }

  @Test
  void theDefaultMappingConvertsWithItself() {
    GraphModels other = new GraphModels();
    GraphModule net =
        other.returning(
            other.call("relu", new ReLU(), other.call("fc", new Linear(4, 4), other.input("x"))));
    QConfigMapping mapping = DefaultQConfigMappings.ptq(QuantizedEngine.X86);
    GraphModule prepared = QuantizeFx.prepare(net, PrepareOptions.of(mapping));
    prepared.run(random(1, 3, 4));
    assertThat(
            QuantizeFx.convert(prepared, ConvertOptions.lowered().withQConfigMapping(mapping))
                .graph())
        .hasToString(QuantizeFx.convert(prepared).graph().toString());
  }
}
