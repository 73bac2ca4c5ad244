package io.octant.quantization.prepare;

import static io.octant.quantization.GraphModels.count;
import static io.octant.quantization.GraphModels.random;
import static io.octant.quantization.GraphModels.targets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.nn.activation.GELU;
import io.octant.nn.activation.ReLU;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.convolution.ConvTranspose2d;
import io.octant.nn.linear.Linear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.convert.ConvertException;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.qconfig.ActivationRange;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.quantization.report.NodeReport;
import io.octant.quantization.report.NodeReport.Outcome;
import io.octant.quantization.report.QuantizationReport;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PreparePassTest {
  private static final QConfigMapping X86 = DefaultQConfigMappings.ptq(QuantizedEngine.X86);

  private final GraphModels g = new GraphModels();
  private final Node x = g.input("x");

  private static Linear linear() {
    return new Linear(4, 4);
  }

  private static NodeReport line(GraphModule prepared, String node) {
    return prepared.attachment(QuantizationReport.class).orElseThrow().lines().stream()
        .filter(l -> l.node().equals(node))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void inputsAndOutputsAreObservedOnce() {
    Node a = g.call("a", linear(), x);
    Node b = g.call("b", linear(), x);
    GraphModule prepared = QuantizeFx.prepare(g.returning(g.function("torch.add", a, b)), X86);
    assertThat(targets(prepared))
        .containsExactly(
            "activation_post_process_0",
            "a",
            "activation_post_process_1",
            "b",
            "activation_post_process_2",
            "torch.add",
            "activation_post_process_3");
  }

  @Test
  void theArgumentStaysAsItWas() {
    GraphModule model = g.returning(g.call("a", linear(), x));
    String before = model.toString();
    GraphModule prepared = QuantizeFx.prepare(model, X86);
    prepared.run(random(1, 2, 4));
    assertThat(model).hasToString(before);
    assertThat(model.children()).containsOnlyKeys("a");
    assertThat(model.attachment(PreparedState.class)).isEmpty();
    assertThat(model.module("a").attachment(io.octant.quantization.qconfig.QConfig.class))
        .isEmpty();
  }

  @Test
  void concatenationSharesTheFirstInputsObserver() {
    Node a = g.call("a", linear(), x);
    Node b = g.call("b", linear(), x);
    GraphModule prepared =
        QuantizeFx.prepare(g.returning(g.function("torch.cat", List.of(a, b), 1)), X86);
    assertThat(prepared.module("activation_post_process_2"))
        .isSameAs(prepared.module("activation_post_process_1"));
    assertThat(prepared.module("activation_post_process_3"))
        .isSameAs(prepared.module("activation_post_process_1"));
    assertThat(prepared.module("activation_post_process_0"))
        .isNotSameAs(prepared.module("activation_post_process_1"));
  }

  @Test
  void observersAreSharedOnlyIfAllTheirSettingsAgree() {
    Node a = g.call("a", linear(), x);
    Node b = g.call("b", linear(), x);
    QConfigMapping mapping =
        X86.withModuleName(
            "b",
            QConfigs.ptq(QuantizedEngine.X86)
                .withActivation(QConfigs.ptq(QuantizedEngine.QNNPACK).activation()));
    GraphModule prepared = QuantizeFx.prepare(g.returning(List.of(a, b)), mapping);
    Node first = (Node) node(prepared, "a").arg(0);
    Node second = (Node) node(prepared, "b").arg(0);
    assertThat(range(prepared, first)).isEqualTo("0..127");
    assertThat(range(prepared, second)).isEqualTo("0..255");
  }

  private static Node node(GraphModule model, String target) {
    return model.graph().nodes(n -> n.target().equals(target)).get(0);
  }

  private static String range(GraphModule model, Node observer) {
    return ((ActivationPostProcess) model.moduleOf(observer)).range().orElseThrow().toString();
  }

  @Test
  void everyNodeIsReportedWithAReason() {
    Node fc = g.call("fc", linear(), x);
    Node gelu = g.call("gelu", new GELU(), fc);
    Node size = g.method("size", gelu, 0);
    Node view = g.method("view", gelu, size, -1);
    Node skipped = g.call("head.fc", linear(), view);
    GraphModule prepared =
        QuantizeFx.prepare(g.returning(skipped), X86.withModuleName("head", null));

    assertThat(prepared.attachment(QuantizationReport.class).orElseThrow().lines()).hasSize(5);
    assertThat(line(prepared, fc.name()).outcome()).isEqualTo(Outcome.QUANTIZED);
    assertThat(line(prepared, gelu.name()).reason())
        .isEqualTo("no pattern in backend config 'native'");
    assertThat(line(prepared, size.name()).outcome()).isEqualTo(Outcome.NOT_A_TENSOR);
    assertThat(line(prepared, skipped.name()).reason())
        .isEqualTo("qconfig None by module name head");
    assertThat(line(prepared, skipped.name()).outcome()).isEqualTo(Outcome.FLOAT);
  }

  @Test
  void aDtypeThatTheBackendDoesNotTakeIsReported() {
    Node fc = g.call("fc", linear(), x);
    QConfigMapping signed = QConfigMapping.empty().withGlobal(QConfigs.DEFAULT_SYMMETRIC_QNNPACK);
    GraphModule prepared = QuantizeFx.prepare(g.returning(fc), signed);
    assertThat(targets(prepared)).containsExactly("fc");
    assertThat(line(prepared, fc.name()).reason())
        .contains("input dtype torch.qint8, accepted torch.quint8");
  }

  @Test
  void aRangeThatTheBackendDoesNotTakeIsReported() {
    Node fc = g.function("torch.sigmoid", x);
    QConfigMapping wrong = QConfigMapping.empty().withGlobal(QConfigs.DEFAULT);
    GraphModule prepared = QuantizeFx.prepare(g.returning(fc), wrong);
    assertThat(line(prepared, fc.name()).reason())
        .contains("accepted fixed scale 0.00390625 and zero point 0");
  }

  @Test
  void declaredInterfacesNeedNoObserver() {
    GraphModule model = g.returning(g.call("fc", linear(), x));
    PrepareCustomConfig quantizedInput =
        PrepareCustomConfig.empty().withInputQuantizedIndexes(List.of(0));
    GraphModule prepared =
        QuantizeFx.prepare(model, PrepareOptions.of(X86).withCustomConfig(quantizedInput));
    assertThat(targets(prepared)).containsExactly("fc", "activation_post_process_0");
  }

  @Test
  void dynamicQuantizationObservesTheInputOnly() {
    GraphModule model = g.returning(g.call("fc", linear(), x));
    GraphModule prepared =
        QuantizeFx.prepare(model, QConfigMapping.empty().withGlobal(QConfigs.DEFAULT_DYNAMIC));
    assertThat(targets(prepared)).containsExactly("activation_post_process_0", "fc");
  }

  @Test
  void shapeArgumentsAreNotObserved() {
    Node fc = g.call("fc", linear(), x);
    Node size = g.method("size", x, 0);
    Node product = g.function("operator.mul", size, 1);
    GraphModule prepared =
        QuantizeFx.prepare(g.returning(g.method("reshape", fc, product, -1)), X86);
    assertThat(node(prepared, "reshape").args().get(1).toString()).isEqualTo("mul");
  }

  @Test
  void trainingReplacesModulesByTheirFakeQuantizingForms() {
    Node conv = g.call("conv", new Conv2d(2, 3, 1), x);
    GraphModule model = g.returning(g.call("relu", new ReLU(), conv));
    model.train(true);
    GraphModule prepared =
        QuantizeFx.prepareQat(model, DefaultQConfigMappings.qat(QuantizedEngine.X86));
    assertThat(prepared.module("conv").type().name())
        .isEqualTo("torch.ao.nn.intrinsic.qat.ConvReLU2d");
    assertThat(prepared.module("activation_post_process_0").type().name())
        .isEqualTo("torch.ao.quantization.FusedMovingAvgObsFakeQuantize");
  }

  @Test
  void fusedPartsNeedOneConfiguration() {
    Node conv = g.call("conv", new Conv2d(2, 3, 1), x);
    GraphModule model = g.returning(g.call("relu", new ReLU(), conv));
    QConfigMapping onlyConv =
        QConfigMapping.empty().withObjectType(new ModuleType("torch.nn.Conv2d"), QConfigs.DEFAULT);
    assertThatThrownBy(() -> QuantizeFx.prepare(model, onlyConv))
        .isInstanceOf(PrepareException.class)
        .hasMessageContaining("we need to specify the same qconfigs")
        .hasMessageContaining("torch.nn.ReLU");
  }

  @Test
  void transposedConvolutionsTakeNoPerChannelWeights() {
    GraphModule model = g.returning(g.call("up", new ConvTranspose2d(ConvSettings.of(2, 2, 2)), x));
    assertThatThrownBy(
            () -> QuantizeFx.prepare(model, DefaultQConfigMappings.ptq(QuantizedEngine.ONEDNN)))
        .isInstanceOf(PrepareException.class)
        .hasMessage(
            "Cannot prepare node up (up): Per channel weight observer is not supported yet for"
                + " ConvTranspose{n}d, expected a per-tensor one");
  }

  @ParameterizedTest
  @EnumSource
  void octantsDefaultQuantizesTransposedConvolutions(QuantizedEngine engine) {
    GraphModule model = g.returning(g.call("up", new ConvTranspose2d(ConvSettings.of(2, 2, 2)), x));
    GraphModule prepared =
        QuantizeFx.prepare(
            model, DefaultQConfigMappings.octant(engine, ActivationRange.SEVEN_BITS));
    prepared.run(random(1, 1, 2, 3, 3));
    assertThat(QuantizeFx.convert(prepared).module("up").type().name())
        .isEqualTo("torch.ao.nn.quantized.ConvTranspose2d");
  }

  /** As in PyTorch: fake quantizes are let through, and lowering refuses what they give. */
  @Test
  void transposedConvolutionsAreTrainedPerChannelAndRunInReferenceForm() {
    GraphModule model = g.returning(g.call("up", new ConvTranspose2d(ConvSettings.of(2, 3, 2)), x));
    model.train(true);
    GraphModule prepared =
        QuantizeFx.prepareQat(model, DefaultQConfigMappings.qat(QuantizedEngine.ONEDNN));
    prepared.run(random(1, 1, 2, 3, 3));
    prepared.train(false);
    assertThat(QuantizeFx.convertToReference(prepared).module("up").type().name())
        .isEqualTo("torch.ao.nn.quantized.reference.ConvTranspose2d");
    assertThatThrownBy(() -> QuantizeFx.convert(prepared))
        .isInstanceOf(ConvertException.class)
        .hasMessageStartingWith("Cannot convert node up (up): Cannot pack convolution weight: ")
        .hasMessageEndingWith(
            "(2 channels on axis 0)}, expected qint8 of rank 4 quantized per tensor or per output"
                + " channel");
  }

  @Test
  void outputsHoldNodesAndNoneOnly() {
    GraphModule model = g.returning(List.of(g.call("fc", linear(), x), 3));
    assertThatThrownBy(() -> QuantizeFx.prepare(model, X86))
        .isInstanceOf(PrepareException.class)
        .hasMessageContaining("Cannot prepare graph output: 3");
  }

  @Test
  void anUnfittingSharedOutputLosesItsObserver() {
    GraphModule model = g.returning(g.method("reshape", x, -1));
    assertThat(targets(QuantizeFx.prepare(model, X86))).containsExactly("reshape");
  }

  @Test
  void aStandaloneModuleIsPreparedByItself() {
    GraphModels inner = new GraphModels();
    Node fc = inner.call("fc", linear(), inner.input("x"));
    GraphModule child = inner.returning(fc);
    Node first = g.call("first", linear(), x);
    GraphModule model = g.returning(g.call("child", child, first));

    PrepareCustomConfig quantized =
        PrepareCustomConfig.empty()
            .withInputQuantizedIndexes(List.of(0))
            .withOutputQuantizedIndexes(List.of(0));
    PrepareCustomConfig custom =
        PrepareCustomConfig.empty()
            .withStandaloneModuleName(
                "child", StandaloneModuleConfig.likeParent().withPrepareCustomConfig(quantized));
    GraphModule prepared =
        QuantizeFx.prepare(model, PrepareOptions.of(X86).withCustomConfig(custom));

    assertThat(targets((GraphModule) prepared.module("child")))
        .containsExactly("fc", "activation_post_process_0");
    assertThat(targets(prepared))
        .containsExactly(
            "activation_post_process_0", "first", "activation_post_process_1", "child");
    GraphModule converted = QuantizeFx.convert(prepared);
    assertThat(count(converted, "dequantize")).isEqualTo(1);
  }

  @Test
  void customConfigsMapAndBack() {
    PrepareCustomConfig config =
        PrepareCustomConfig.empty()
            .withStandaloneModuleName(
                "a",
                StandaloneModuleConfig.likeParent()
                    .withQConfigMapping(X86)
                    .withBackendConfig(BackendConfigs.of("x86")))
            .withStandaloneModuleClass(
                new ModuleType("my.Block"), StandaloneModuleConfig.likeParent())
            .withFloatToObserved(
                new ModuleType("my.Float"),
                new ModuleType("my.Observed"),
                io.octant.quantization.qconfig.QuantType.STATIC)
            .withNonTraceableModuleNames(List.of("b"))
            .withNonTraceableModuleClasses(List.of(new ModuleType("my.Odd")))
            .withInputQuantizedIndexes(List.of(0, 2))
            .withOutputQuantizedIndexes(List.of(1))
            .withPreservedAttributes(List.of("version"));
    assertThat(PrepareCustomConfig.fromMap(config.toMap())).isEqualTo(config);
  }

  @Test
  void malformedCustomConfigsAreRefused() {
    assertThatThrownBy(() -> PrepareCustomConfig.fromMap(3)).hasMessageContaining("a map");
    assertThatThrownBy(() -> PrepareCustomConfig.fromMap(Map.of("standalone_module_names", 1)))
        .hasMessageContaining("expected 'standalone_module_name'");
    assertThatThrownBy(
            () ->
                PrepareCustomConfig.fromMap(
                    Map.of(
                        "standalone_module_name",
                        List.of(java.util.Arrays.asList("m", 1, List.of(), null, null)))))
        .hasMessageContaining("standalone_module_name[0]: Cannot read qconfig mapping: 1");
    assertThatThrownBy(
            () ->
                PrepareCustomConfig.fromMap(
                    Map.of(
                        "standalone_module_class",
                        List.of(
                            java.util.Arrays.asList(
                                Map.of("class", "M"), null, List.of(), 1, null)))))
        .hasMessageContaining("prepare custom config");
    assertThatThrownBy(
            () ->
                PrepareCustomConfig.fromMap(
                    Map.of("float_to_observed_custom_module_class", Map.of("bogus", Map.of()))))
        .hasMessageContaining("bogus");
    assertThatThrownBy(
            () ->
                PrepareCustomConfig.empty()
                    .withFloatToObserved(
                        new ModuleType("A"),
                        new ModuleType("B"),
                        io.octant.quantization.qconfig.QuantType.DYNAMIC))
        .isInstanceOf(PrepareException.class)
        .hasMessageContaining("expected static");
  }

  @Test
  void numberArgumentsShareTheObserverOfTheirInput() {
    Node fc = g.call("fc", linear(), x);
    Node scaled = g.function("operator.mul", fc, 2);
    GraphModule prepared = QuantizeFx.prepare(g.returning(scaled), X86);
    assertThat(prepared.module("activation_post_process_2"))
        .isSameAs(prepared.module("activation_post_process_1"));
    assertThat(FunctionType.of("operator.mul"))
        .isEqualTo(prepared.typeOf(node(prepared, "operator.mul")));
  }
}
