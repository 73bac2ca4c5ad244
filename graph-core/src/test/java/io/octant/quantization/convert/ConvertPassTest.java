package io.octant.quantization.convert;

import static io.octant.quantization.GraphModels.count;
import static io.octant.quantization.GraphModels.difference;
import static io.octant.quantization.GraphModels.random;
import static io.octant.quantization.GraphModels.targets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.FunctionType;
import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.graph.Operation;
import io.octant.nn.activation.ReLU;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.convolution.ConvSettings;
import io.octant.nn.linear.Linear;
import io.octant.nn.quantized.reference.ReferenceModule;
import io.octant.quantization.GraphModels;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.observer.ActivationPostProcess;
import io.octant.quantization.prepare.PrepareCustomConfig;
import io.octant.quantization.prepare.PrepareOptions;
import io.octant.quantization.prepare.PreparedState;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.quantization.qconfig.QuantType;
import io.octant.quantization.report.NodeReport.Outcome;
import io.octant.quantization.report.QuantizationReport;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConvertPassTest {
  private static final QConfigMapping X86 = DefaultQConfigMappings.ptq(QuantizedEngine.X86);

  private final GraphModels g = new GraphModels();
  private final Node x = g.input("x");

  private GraphModule calibrated(Object output, QConfigMapping mapping, Tensor... batches) {
    GraphModule prepared = QuantizeFx.prepare(g.returning(output), mapping);
    for (Tensor batch : batches) {
      prepared.run(batch);
    }
    return prepared;
  }

  @Test
  void onlyPreparedModelsConvert() {
    GraphModule model = g.returning(g.call("fc", new Linear(2, 2), x));
    assertThatThrownBy(() -> QuantizeFx.convert(model))
        .isInstanceOf(ConvertException.class)
        .hasMessageContaining("must be produced by prepare");
  }

  @Test
  void thePreparedModelStaysAsItWas() {
    GraphModule prepared = calibrated(g.call("fc", new Linear(4, 4), x), X86, random(1, 8, 4));
    String before = prepared.toString();
    GraphModule first = QuantizeFx.convert(prepared);
    GraphModule again = QuantizeFx.convert(prepared);
    assertThat(prepared).hasToString(before);
    assertThat(prepared.module("fc")).isInstanceOf(Linear.class);
    assertThat(again).hasToString(first.toString());
  }

  @Test
  void theThreeFormsAgree() {
    Node conv = g.call("conv", new Conv2d(3, 4, 3), x);
    Node relu = g.call("relu", new ReLU(), conv);
    Tensor input = random(2, 2, 3, 8, 8);
    GraphModule prepared = calibrated(relu, X86, input);

    GraphModule lowered = QuantizeFx.convert(prepared);
    GraphModule reference = QuantizeFx.convertToReference(prepared);
    GraphModule decomposed = QuantizeFx.convertToReferenceDecomposed(prepared);

    double step = lowered.buffers().isEmpty() ? 0 : scaleOf(prepared, "activation_post_process_1");
    assertThat(targets(lowered)).containsExactly("torch.quantize_per_tensor", "conv", "dequantize");
    assertThat(lowered.module("conv").type().name())
        .isEqualTo("torch.ao.nn.intrinsic.quantized.ConvReLU2d");
    assertThat(count(reference, "torch.quantize_per_tensor")).isEqualTo(2);
    assertThat(decomposed.buffers()).isEmpty();
    assertThat(difference(lowered.runTensor(input), reference.runTensor(input)))
        .isLessThanOrEqualTo(step * 1.001);
    assertThat(difference(decomposed.runTensor(input), reference.runTensor(input)))
        .isLessThanOrEqualTo(step * 1.001);
  }

  private static float scaleOf(GraphModule prepared, String observer) {
    return ((ActivationPostProcess) prepared.module(observer)).calculateQParams().scale(0);
  }

  @Test
  void eachCallOfASharedModuleHasAScaleOfItsOwn() {
    Linear shared = new Linear(8, 8);
    Node small = g.call("fc", shared, x);
    Node large = g.call("fc", shared, g.function("operator.mul", small, 50));
    Tensor input = random(3, 64, 8);
    GraphModule prepared = calibrated(List.of(small, large), X86, input);

    GraphModule lowered = QuantizeFx.convert(prepared);
    Tensor first = (Tensor) ((List<?>) lowered.run(input)).get(0);
    Tensor reference =
        (Tensor) ((List<?>) QuantizeFx.convertToReference(prepared).run(input)).get(0);

    assertThat(targets(lowered)).contains("fc", "fc_1");
    assertThat(difference(first, reference))
        .isLessThanOrEqualTo(1.001 * scaleOf(prepared, "activation_post_process_1"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aFloatCallOfAQuantizedModuleKeepsItsFloatWeight(int floatCall) {
    Linear shared = new Linear(8, 8);
    Node first = g.call("fc", shared, x);
    Node second = g.call("fc", shared, g.function("torch.cos", first));
    QConfigMapping mapping =
        X86.withModuleNameObjectTypeOrder("", new ModuleType("torch.nn.Linear"), floatCall, null);
    GraphModule prepared = calibrated(List.of(first, second), mapping, random(3, 64, 8));

    for (ConvertForm form : ConvertForm.values()) {
      GraphModule converted = QuantizeFx.convert(prepared, ConvertOptions.of(form));
      List<Node> calls =
          converted
              .graph()
              .nodes(
                  n ->
                      n.operation() instanceof Operation.CallModule c
                          && c.target().matches("fc.*"));
      assertThat(converted.moduleOf(calls.get(floatCall))).isInstanceOf(Linear.class);
      assertThat(converted.moduleOf(calls.get(1 - floatCall))).isNotInstanceOf(Linear.class);
      assertThat(calls.get(1 - floatCall).target()).isEqualTo("fc");
      assertThat(line(converted, calls.get(floatCall).name()).getKey()).isEqualTo(Outcome.FLOAT);
    }
  }

  @Test
  void callsWithTheirOwnQConfigsHaveTheirOwnWeights() {
    Linear shared = new Linear(8, 8);
    Node first = g.call("fc", shared, x);
    Node second = g.call("fc", shared, first);
    QConfigMapping mapping =
        X86.withModuleNameObjectTypeOrder(
            "", new ModuleType("torch.nn.Linear"), 1, QConfigs.DEFAULT);
    GraphModule prepared = calibrated(second, mapping, random(3, 64, 8));
    GraphModule reference = QuantizeFx.convertToReference(prepared);
    assertThat(scheme(reference, "fc")).isEqualTo(QScheme.PER_CHANNEL_AFFINE);
    assertThat(scheme(reference, "fc_1")).isEqualTo(QScheme.PER_TENSOR_AFFINE);
  }

  private static QScheme scheme(GraphModule model, String path) {
    return ((ReferenceModule) model.module(path)).weightQParams("weight").scheme();
  }

  @Test
  void functionalLayersLowerHoweverTheirArgumentsCome() {
    Node weight = g.parameter("w", random(4, 4, 3, 2, 2));
    Node conv =
        g.function("torch.nn.functional.conv2d", List.of(x), Map.of("weight", weight, "stride", 2));
    Tensor input = random(5, 1, 3, 6, 6);
    GraphModule prepared = calibrated(conv, X86, input);

    GraphModule lowered = QuantizeFx.convert(prepared);

    assertThat(targets(lowered)).contains("torch.ops.quantized.conv2d");
    assertThat(lowered.attributes()).containsOnlyKeys("_packed_weight_0");
    assertThat(lowered.parameters()).isEmpty();
    assertThat(
            difference(
                lowered.runTensor(input), QuantizeFx.convertToReference(prepared).runTensor(input)))
        .isLessThan(0.05);
  }

  @Test
  void originalWeightsAreKeptOnRequest() {
    Tensor w = random(6, 4, 3);
    Tensor b = random(7, 4);
    Node fc = g.function("torch.nn.functional.linear", x, g.parameter("w", w), g.parameter("b", b));
    GraphModule prepared = calibrated(fc, X86, random(8, 5, 3));
    GraphModule lowered =
        QuantizeFx.convert(prepared, ConvertOptions.lowered().keepingOriginalWeights());
    OriginalWeights kept = lowered.attachment(OriginalWeights.class).orElseThrow();
    assertThat(kept.byPackedName())
        .containsExactly(
            Map.entry("_packed_weight_0", new OriginalWeights.Entry(w, Optional.of(b))));
    assertThat(QuantizeFx.convert(prepared).attachment(OriginalWeights.class)).isEmpty();
    assertThat(OriginalWeights.key("A:b/c|d e_0")).isEqualTo("a_b_c_de_0");
  }

  @Test
  void aMappingAtConversionTurnsPartsBackToFloat() {
    Node a = g.call("a", new Linear(4, 4), x);
    Node b = g.call("b", new Linear(4, 4), a);
    QConfigMapping mapping = X86.withModuleName("a", QConfigs.ptq(QuantizedEngine.X86));
    GraphModule prepared = calibrated(b, mapping, random(9, 8, 4));

    GraphModule lowered =
        QuantizeFx.convert(
            prepared,
            ConvertOptions.lowered().withQConfigMapping(mapping.withModuleName("a", null)));

    assertThat(lowered.module("a").type()).isEqualTo(new ModuleType("torch.nn.Linear"));
    assertThat(lowered.module("b").type().name()).isEqualTo("torch.ao.nn.quantized.Linear");
    assertThat(line(lowered, "a").getKey()).isEqualTo(Outcome.FLOAT);
  }

  @Test
  void aMappingAtConversionMustFitThatOfPrepare() {
    QConfigMapping mapping = X86.withModuleName("fc", QConfigs.ptq(QuantizedEngine.X86));
    GraphModule prepared = calibrated(g.call("fc", new Linear(4, 4), x), mapping, random(10, 8, 4));
    assertThatThrownBy(
            () -> QuantizeFx.convert(prepared, ConvertOptions.lowered().withQConfigMapping(X86)))
        .isInstanceOf(ConvertException.class)
        .hasMessageContaining("no module name fc");
    assertThatThrownBy(
            () ->
                QuantizeFx.convert(
                    prepared,
                    ConvertOptions.lowered()
                        .withQConfigMapping(mapping.withModuleName("fc", QConfigs.DEFAULT))))
        .isInstanceOf(ConvertException.class)
        .hasMessageContaining("expected the same or None");
    GraphModule withMore =
        QuantizeFx.convert(
            prepared,
            ConvertOptions.lowered()
                .withQConfigMapping(mapping.withModuleName("nowhere", QConfigs.DEFAULT)));
    assertThat(targets(withMore)).contains("fc");
  }

  @Test
  void qconfigsAreRemovedUnlessKept() {
    Node relu = g.call("relu", new ReLU(), x);
    GraphModule prepared = calibrated(relu, X86, random(11, 2, 3));
    assertThat(QuantizeFx.convertToReference(prepared).module("relu").attachment(QConfig.class))
        .isEmpty();
    assertThat(
            QuantizeFx.convert(prepared, ConvertOptions.of(ConvertForm.REFERENCE).keepingQConfigs())
                .module("relu")
                .attachment(QConfig.class))
        .isPresent();
  }

  @Test
  void withoutCalibrationTheReportWarns() {
    GraphModule prepared = calibrated(g.call("fc", new Linear(4, 4), x), X86);
    GraphModule lowered = QuantizeFx.convert(prepared);
    QuantizationReport report = lowered.attachment(QuantizationReport.class).orElseThrow();
    assertThat(report.warnings()).hasSize(2);
    assertThat(report.warnings().get(0)).startsWith("activation_post_process_0 after x:");
    assertThat(report.toString()).contains("warning: activation_post_process_0");
  }

  @Test
  void quantizedOutputsLoseTheirDequantize() {
    Node fc = g.call("fc", new Linear(4, 4), x);
    GraphModule model = g.returning(fc);
    GraphModule prepared =
        QuantizeFx.prepare(
            model,
            PrepareOptions.of(X86)
                .withCustomConfig(
                    PrepareCustomConfig.empty().withOutputQuantizedIndexes(List.of(0))));
    prepared.run(random(12, 8, 4));
    GraphModule lowered = QuantizeFx.convert(prepared);
    assertThat(count(lowered, "dequantize")).isZero();
    assertThat(((Tensor) lowered.run(random(13, 2, 4))).isQuantized()).isTrue();
  }

  @Test
  void aFloatReaderKeepsItsFloatValue() {
    Node fc = g.call("fc", new Linear(4, 4), x);
    Node sub = g.function("torch.sub", fc, 1.0);
    Node fc2 = g.call("fc2", new Linear(4, 4), fc);
    Tensor input = random(14, 8, 4);
    GraphModule prepared = calibrated(List.of(sub, fc2), X86, input);
    GraphModule lowered = QuantizeFx.convert(prepared);
    assertThat(targets(lowered)).contains("torch.sub", "fc", "fc2");
    assertThat(line(lowered, sub.name()).getKey()).isEqualTo(Outcome.FLOAT);
    List<?> have = (List<?>) lowered.run(input);
    List<?> want = (List<?>) QuantizeFx.convertToReference(prepared).run(input);
    assertThat(difference((Tensor) have.get(0), (Tensor) want.get(0))).isLessThan(0.05);
  }

  private static Map.Entry<Outcome, String> line(GraphModule model, String node) {
    return model.attachment(QuantizationReport.class).orElseThrow().lines().stream()
        .filter(l -> l.node().equals(node))
        .map(l -> Map.entry(l.outcome(), l.reason()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void dynamicLinearTakesFloats() {
    Node fc = g.call("fc", new Linear(4, 4), x);
    GraphModule prepared =
        calibrated(fc, QConfigMapping.empty().withGlobal(QConfigs.DEFAULT_DYNAMIC));
    GraphModule lowered = QuantizeFx.convert(prepared);
    assertThat(targets(lowered)).containsExactly("fc");
    assertThat(lowered.module("fc").type().name())
        .isEqualTo("torch.ao.nn.quantized.dynamic.Linear");
  }

  @Test
  void aLoweredConvolutionIsReportedAsQuantized() {
    Node conv = g.call("conv", new Conv2d(ConvSettings.of(2, 2, 3).withDilation(2)), x);
    Tensor input = random(15, 1, 2, 8, 8);
    GraphModule lowered = QuantizeFx.convert(calibrated(conv, X86, input));
    assertThat(line(lowered, "conv").getValue()).isEqualTo("runs on quantized tensors");
  }

  @Test
  void customConfigsMapAndBack() {
    ConvertCustomConfig config =
        ConvertCustomConfig.empty()
            .withObservedToQuantized(
                new ModuleType("my.Observed"), new ModuleType("my.Quantized"), QuantType.STATIC)
            .withPreservedAttributes(List.of("version"));
    assertThat(ConvertCustomConfig.fromMap(config.toMap())).isEqualTo(config);
    assertThatThrownBy(() -> ConvertCustomConfig.fromMap(5)).hasMessageContaining("a map");
    assertThatThrownBy(() -> ConvertCustomConfig.fromMap(Map.of("preserved_attribute", List.of())))
        .hasMessageContaining("expected 'preserved_attributes'");
  }

  @Test
  void preservedAttributesSurviveAsNamed() {
    GraphModule model = g.returning(g.call("fc", new Linear(4, 4), x));
    model.setAttribute("version", 3L);
    model.setAttribute("labels", "a");
    GraphModule prepared =
        QuantizeFx.prepare(
            model,
            PrepareOptions.of(X86)
                .withCustomConfig(
                    PrepareCustomConfig.empty()
                        .withPreservedAttributes(List.of("version", "labels"))));
    assertThat(prepared.attributes()).containsOnlyKeys("version", "labels");
    GraphModule lowered =
        QuantizeFx.convert(
            prepared,
            ConvertOptions.lowered()
                .withCustomConfig(
                    ConvertCustomConfig.empty().withPreservedAttributes(List.of("version"))));
    assertThat(lowered.attributes()).containsOnlyKeys("version");
    assertThat(lowered.attachment(PreparedState.class)).isEmpty();
  }

  /** In PyTorch the converted model finds a method in its place, and the fused one nothing. */
  @Test
  void aWeightThatTheGraphReadsStaysReadable() {
    Node fc = g.call("fc", new Linear(4, 4), x);
    Node relu = x.graph().callFunction(FunctionType.of("torch.relu"), fc);
    Node weight = x.graph().getAttr("fc.weight");
    GraphModule model =
        g.returning(x.graph().callFunction(FunctionType.of("torch.matmul"), relu, weight));
    GraphModule prepared = QuantizeFx.prepare(model, X86);
    prepared.run(Tensor.of(new float[] {1, -2, 3, -4}, 1, 4));
    Object read = model.attribute("fc.weight");
    for (ConvertForm form : ConvertForm.values()) {
      GraphModule converted = QuantizeFx.convert(prepared, ConvertOptions.of(form));
      assertThat(converted.attribute("fc.weight")).as(form.name()).isEqualTo(read);
      converted.run(Tensor.of(new float[] {1, -2, 3, -4}, 1, 4));
    }
  }

  /** In PyTorch both are ignored in silence. */
  @Test
  void entriesThatFitNothingAreReportedWithTheNearest() {
    GraphModule model = g.returning(g.call("fc", new Linear(4, 4), x));
    model.setAttribute("version", 3L);
    GraphModule prepared =
        QuantizeFx.prepare(
            model,
            PrepareOptions.of(X86)
                .withCustomConfig(
                    PrepareCustomConfig.empty().withPreservedAttributes(List.of("version"))));
    ConvertCustomConfig custom =
        ConvertCustomConfig.empty()
            .withObservedToQuantized(
                new ModuleType("torch.nn.Linaer"), new ModuleType("my.Linear"), QuantType.STATIC)
            .withPreservedAttributes(List.of("version", "versoin"));
    GraphModule lowered =
        QuantizeFx.convert(prepared, ConvertOptions.lowered().withCustomConfig(custom));
    assertThat(lowered.attachment(QuantizationReport.class).orElseThrow().warnings())
        .contains(
            "observed_to_quantized_custom_module_class torch.nn.Linaer fits nothing in the model,"
                + " nearest is torch.nn.Linear",
            "preserved_attributes versoin fits no attribute of the model, nearest is version")
        .noneMatch(w -> w.startsWith("preserved_attributes version "));
  }
}
