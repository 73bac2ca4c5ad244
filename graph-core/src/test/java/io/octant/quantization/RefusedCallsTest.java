package io.octant.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.FunctionType;
import io.octant.graph.Graph;
import io.octant.graph.GraphException;
import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.graph.Node;
import io.octant.nn.activation.ReLU;
import io.octant.nn.linear.Linear;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendConfigs;
import io.octant.quantization.backend.BackendPatternConfig;
import io.octant.quantization.convert.ConvertException;
import io.octant.quantization.convert.ConvertOptions;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.observer.ObserverException;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.prepare.PrepareCustomConfig;
import io.octant.quantization.prepare.PrepareException;
import io.octant.quantization.prepare.PrepareOptions;
import io.octant.quantization.prepare.StandaloneModuleConfig;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.EqualizationQConfigMapping;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.quantization.qconfig.QuantType;
import io.octant.quantization.report.QuantizationReport;
import io.octant.reference.ReferenceOperators;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.DType;
import io.octant.tensor.QScheme;
import io.octant.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entry points called with what they cannot take: the message names it. */
class RefusedCallsTest {
  private static final QConfigMapping X86 = DefaultQConfigMappings.ptq(QuantizedEngine.X86);
  private static final ObserverSpec MIN_MAX =
      ObserverSpec.of("torch.ao.quantization.MinMaxObserver");

  private static void assertRefused(
      Class<? extends OctantException> type, Runnable call, String message) {
    assertThatThrownBy(call::run).isExactlyInstanceOf(type).hasMessage(message);
  }

  private static GraphModule linear() {
    GraphModels g = new GraphModels();
    return g.returning(g.call("fc", new Linear(4, 3), g.input("x")));
  }

  private static GraphModule prepare(PrepareCustomConfig custom) {
    return QuantizeFx.prepare(linear(), PrepareOptions.of(X86).withCustomConfig(custom));
  }

  private static GraphModule prepare(QConfig qconfig) {
    return QuantizeFx.prepare(linear(), QConfigMapping.empty().withModuleName("fc", qconfig));
  }

  private static GraphModule prepare(ObserverSpec activation) {
    return prepare(QConfigs.DEFAULT.withActivation(activation));
  }

  // ---- the model

  @Test
  void aPreparedModelIsNotPreparedAgain() {
    GraphModule prepared = QuantizeFx.prepare(linear(), X86);
    assertRefused(
        PrepareException.class,
        () -> QuantizeFx.prepare(prepared, X86),
        "Cannot prepare model: it is prepared already, expected a float one");
  }

  @Test
  void aConvertedModelIsNotConvertedAgain() {
    GraphModule converted = QuantizeFx.convert(QuantizeFx.prepare(linear(), X86));
    assertRefused(
        ConvertException.class,
        () -> QuantizeFx.convert(converted),
        "Cannot convert model: it carries no prepared state, expected one that must be produced by"
            + " prepare");
  }

  @Test
  void aGraphThatCallsNothingThatIsThereIsNotPrepared() {
    Graph graph = new Graph();
    graph.output(graph.callModule("nope", graph.placeholder("x")));
    GraphModule model = new GraphModule(graph, ReferenceOperators.standard());
    assertRefused(
        GraphException.class,
        () -> QuantizeFx.prepare(model, X86),
        "Cannot find module: nope, expected a path within torch.fx.graph_module.GraphModule");
  }

  @Test
  void inputsOfOneNameAreRefused() {
    GraphModels g = new GraphModels();
    Node first = g.input("x");
    Node second = g.input("x");
    Node sum = g.function("torch.add", first, second);
    assertRefused(
        GraphException.class,
        () -> g.returning(sum),
        "Cannot accept node x_1: another input is called x, expected inputs of different names");
  }

  @Test
  void aModelIsRunOnItsInputs() {
    GraphModule prepared = QuantizeFx.prepare(linear(), X86);
    Tensor x = GraphModels.random(1, 2, 4);
    assertRefused(GraphException.class, prepared::run, "Cannot run graph: no value for input x");
    assertRefused(
        GraphException.class,
        () -> prepared.run(x, x),
        "Cannot run graph: 2 inputs, expected 1 [x]");
    assertRefused(
        GraphException.class,
        () -> prepared.run(GraphModels.random(1, 2, 5)),
        "Cannot run node fc (fc): Cannot apply linear to torch.float32[2, 5], expected"
            + " a last axis of the weight's [3, 4]");
  }

  // ---- observers

  @Test
  void unknownObserversAreRefusedWithTheirNode() {
    assertThatThrownBy(() -> prepare(ObserverSpec.of("torch.ao.quantization.MiniMaxObserver")))
        .isExactlyInstanceOf(PrepareException.class)
        .hasMessageStartingWith(
            "Cannot prepare node fc (fc), qconfig by module name fc: Cannot make observer:"
                + " torch.ao.quantization.MiniMaxObserver, expected one of [");
  }

  @Test
  void keywordsThatDoNotFitAreRefusedWithTheirNode() {
    String at =
        "Cannot prepare node fc (fc), qconfig by module name fc: Cannot make"
            + " torch.ao.quantization.MinMaxObserver: ";
    assertRefused(
        PrepareException.class,
        () -> prepare(MIN_MAX.with("bins", 3)),
        at
            + "unknown keywords [bins], expected any of [dtype, eps, is_dynamic, qscheme, quant_max,"
            + " quant_min, reduce_range]");
    assertRefused(
        PrepareException.class,
        () -> prepare(MIN_MAX.with("dtype", "torch.quint8")),
        at + "dtype=torch.quint8, expected a dtype");
    assertRefused(
        PrepareException.class,
        () -> prepare(MIN_MAX.with("qscheme", QScheme.PER_CHANNEL_AFFINE)),
        at
            + "qscheme=torch.per_channel_affine, expected torch.per_tensor_affine or"
            + " torch.per_tensor_symmetric");
    assertRefused(
        PrepareException.class,
        () -> prepare(MIN_MAX.with("eps", -1.0)),
        at + "eps=-1.0, expected a number from 0");
    assertRefused(
        PrepareException.class,
        () -> prepare(MIN_MAX.with("eps", Double.NaN)),
        at + "eps=NaN, expected a number from 0");
    assertRefused(
        PrepareException.class,
        () -> prepare(ObserverSpec.of("torch.ao.quantization.HistogramObserver").with("bins", 0)),
        "Cannot prepare node fc (fc), qconfig by module name fc: Cannot make"
            + " torch.ao.quantization.HistogramObserver: bins=0, expected at least 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"FakeQuantize", "_learnable_fake_quantize._LearnableFakeQuantize"})
  void aFakeQuantizeNeedsADType(String name) {
    ObserverSpec spec =
        ObserverSpec.of("torch.ao.quantization." + name)
            .with("observer", MIN_MAX)
            .with("quant_min", 0)
            .with("quant_max", 255)
            .with("dtype", "torch.quint8");
    assertRefused(
        ObserverException.class,
        spec::create,
        "Cannot make torch.ao.quantization." + name + ": dtype=torch.quint8, expected a dtype");
  }

  @Test
  void aWeightWithoutParametersIsNotConverted() {
    ObserverSpec none =
        ObserverSpec.of("torch.ao.quantization.PlaceholderObserver").with("dtype", DType.QINT8);
    GraphModule prepared = prepare(QConfigs.DEFAULT.withWeight(none));
    assertRefused(
        ConvertException.class,
        () -> QuantizeFx.convert(prepared),
        "Cannot convert node fc (fc): Cannot calculate qparams of"
            + " torch.ao.quantization.PlaceholderObserver, expected an observer that has some");
  }

  /** PyTorch converts all of these; what the model then computes is wrong. */
  @Test
  void parametersThatATensorCannotHoldAreNotConverted() {
    String at = "Cannot convert node activation_post_process_0 (activation_post_process_0): ";
    assertRefused(
        ConvertException.class,
        () -> QuantizeFx.convert(prepare(MIN_MAX.with("quant_min", 0).with("quant_max", 1000))),
        at + "range 0..1000 of its observer, expected one within 0..255 of torch.quint8");
    ObserverSpec fixed = ObserverSpec.of("torch.ao.quantization.FixedQParamsObserver");
    assertRefused(
        ConvertException.class,
        () -> QuantizeFx.convert(prepare(fixed.with("scale", 0.1).with("zero_point", 300))),
        at + "zero point 300, expected one within 0..255 of torch.quint8");
    assertRefused(
        ConvertException.class,
        () -> QuantizeFx.convert(prepare(fixed.with("scale", -1.0).with("zero_point", 0))),
        at + "scale -1.0, expected one above 0");
  }

  // ---- options

  @Test
  void indexesOfInputsAndOutputsThatAreNotThereAreRefused() {
    assertRefused(
        PrepareException.class,
        () -> prepare(PrepareCustomConfig.empty().withInputQuantizedIndexes(List.of(0, 1))),
        "Cannot prepare with input_quantized_idxs: [0, 1], expected indexes of the 1 graph inputs");
    assertRefused(
        PrepareException.class,
        () -> prepare(PrepareCustomConfig.empty().withOutputQuantizedIndexes(List.of(1))),
        "Cannot prepare with output_quantized_idxs: [1], expected indexes of the 1 graph outputs");
    assertRefused(
        PrepareException.class,
        () -> PrepareCustomConfig.empty().withInputQuantizedIndexes(List.of(-1)),
        "Cannot prepare with input_quantized_idxs: [-1], expected indexes from 0");
  }

  @Test
  void aStandaloneModuleNeedsAGraph() {
    assertRefused(
        PrepareException.class,
        () ->
            prepare(
                PrepareCustomConfig.empty()
                    .withStandaloneModuleName("fc", StandaloneModuleConfig.likeParent())),
        "Cannot prepare standalone module fc: torch.nn.Linear, expected a module with a graph");
  }

  @Test
  void aModuleContainsNoneOfThoseAroundIt() {
    GraphModule model = linear();
    assertRefused(
        GraphException.class,
        () -> model.setChild("self", model),
        "Cannot register child self of torch.fx.graph_module.GraphModule: it contains this module,"
            + " expected a tree");
  }

  @Test
  void customModulesNeedSomebodyWhoMakesThem() {
    assertThatThrownBy(
            () ->
                prepare(
                    PrepareCustomConfig.empty()
                        .withFloatToObserved(
                            new ModuleType("torch.nn.Linear"),
                            new ModuleType("user.Unheard"),
                            QuantType.STATIC)))
        .isExactlyInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(
            "Cannot make custom module: user.Unheard of torch.nn.Linear, expected one of [");
  }

  /** A name that fits nothing is most likely misspelled, but PyTorch takes it. */
  @Test
  void namesThatFitNothingAreReported() {
    PrepareCustomConfig custom =
        PrepareCustomConfig.empty()
            .withStandaloneModuleName("c", StandaloneModuleConfig.likeParent())
            .withNonTraceableModuleNames(List.of("d"));
    QConfigMapping mapping =
        X86.withModuleName("fc", null)
            .withModuleName("a", null)
            .withModuleNameRegex("f.*", null)
            .withModuleNameRegex("b.*", null);
    GraphModule prepared =
        QuantizeFx.prepare(linear(), PrepareOptions.of(mapping).withCustomConfig(custom));
    assertThat(prepared.attachment(QuantizationReport.class).orElseThrow().warnings())
        .containsExactly(
            "module_name_regex b.* fits no module of the model",
            "module_name a fits no module of the model, nearest is fc",
            "standalone_module_name c fits no module of the model, nearest is fc",
            "non_traceable_module_name d fits no module of the model, nearest is fc");
  }

  @Test
  void typesAndAttributesThatFitNothingAreReportedWithTheNearest() {
    ModuleType misspelled = new ModuleType("torch.nn.Linaer");
    QConfigMapping mapping =
        X86.withObjectType(misspelled, null)
            .withObjectType(new ModuleType("torch.nn.Linear"), QConfigs.DEFAULT)
            .withObjectType(FunctionType.of("torch.nn.functional.Linear"), null)
            .withModuleNameObjectTypeOrder("fcc", misspelled, 0, null);
    PrepareCustomConfig custom =
        PrepareCustomConfig.empty()
            .withPreservedAttributes(List.of("fc", "fd"))
            .withNonTraceableModuleClasses(List.of(misspelled));
    PrepareOptions options =
        PrepareOptions.of(mapping)
            .withCustomConfig(custom)
            .withEqualization(EqualizationQConfigMapping.empty().withModuleName("f", null));
    GraphModule prepared = QuantizeFx.prepare(linear(), options);
    String type = " torch.nn.Linaer fits nothing in the model, nearest is torch.nn.Linear";
    assertThat(prepared.attachment(QuantizationReport.class).orElseThrow().warnings())
        .containsExactly(
            "object_type" + type,
            "module_name_object_type_order fcc fits no module of the model, nearest is fc",
            "module_name_object_type_order" + type,
            "equalization module_name f fits no module of the model, nearest is fc",
            "non_traceable_module_class" + type,
            "preserved_attributes fd fits no attribute of the model, nearest is fc");
    GraphModule converted = QuantizeFx.convert(prepared);
    assertThat(converted.attachment(QuantizationReport.class).orElseThrow().warnings())
        .contains("object_type" + type);
  }

  @Test
  void aConvertMappingMatchesThatOfPrepare() {
    GraphModule prepared = QuantizeFx.prepare(linear(), X86.withModuleName("fc", QConfigs.DEFAULT));
    assertRefused(
        ConvertException.class,
        () -> QuantizeFx.convert(prepared, ConvertOptions.lowered().withQConfigMapping(X86)),
        "Cannot convert: the qconfig mapping has no module name fc, expected every entry of the"
            + " mapping of prepare");
    assertRefused(
        ConvertException.class,
        () ->
            QuantizeFx.convert(
                prepared,
                ConvertOptions.lowered()
                    .withQConfigMapping(X86.withModuleName("fc", QConfigs.DEFAULT_PER_CHANNEL))),
        "Cannot convert: the qconfig of module name fc differs from that of prepare, expected the"
            + " same or None");
  }

  // ---- names of things

  @Test
  void unknownNamesAreRefusedWithThoseThatAreKnown() {
    assertRefused(
        ConfigurationException.class,
        () -> BackendConfigs.of("cuda"),
        "Cannot choose backend: cuda, expected one of [native, x86, fbgemm, qnnpack, onednn,"
            + " tensorrt, executorch, native_and_fp16]");
    assertRefused(
        ConfigurationException.class,
        () -> QConfigs.qat(QuantizedEngine.X86, 2),
        "Cannot choose default QAT qconfig: version 2 is not supported, expected 0 or 1");
    GraphModels g = new GraphModels();
    GraphModule model =
        g.returning(g.call("relu", new ReLU(), g.call("fc", new Linear(4, 4), g.input("x"))));
    BackendConfig backend =
        BackendConfig.named("mine")
            .with(
                BackendPatternConfig.builder(
                        List.of(new ModuleType("torch.nn.Linear"), new ModuleType("torch.nn.ReLU")))
                    .fuserMethod("fuse_them")
                    .build());
    assertThatThrownBy(() -> QuantizeFx.fuse(model, backend))
        .isExactlyInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(
            "Cannot resolve fuser method: fuse_them, expected one of [sequential_wrapper2,");
  }
}
