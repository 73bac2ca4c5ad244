package io.octant.conformance.api;

import static io.octant.quantization.GraphModels.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphModule;
import io.octant.nn.convolution.Conv2d;
import io.octant.nn.linear.Linear;
import io.octant.nn.normalization.BatchNorm2d;
import io.octant.quantization.GraphModels;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.fuse.FusionException;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.prepare.PrepareCustomConfig;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.EqualizationQConfigMapping;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Shape;
import io.octant.trace.TraceException;
import io.octant.trace.TraceableModule;
import io.octant.trace.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Fusing and preparing. */
class PrepareApiTest {
  private static final QConfigMapping PTQ = DefaultQConfigMappings.ptq(QuantizedEngine.X86);
  private static final QConfigMapping QAT = DefaultQConfigMappings.qat(QuantizedEngine.X86);

  private static GraphModule convolutionWithBatchNorm() {
    GraphModels g = new GraphModels();
    return g.returning(
        g.call("bn", new BatchNorm2d(3), g.call("conv", new Conv2d(2, 3, 1), g.input("x"))));
  }

  private static GraphModule inTraining(GraphModule model) {
    model.train(true);
    return model;
  }

  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run)
        .isExactlyInstanceOf(ConfigurationException.class)
        .hasMessage(message);
  }

  private static void assertFusionRefused(Runnable call) {
    assertThatThrownBy(call::run)
        .isExactlyInstanceOf(FusionException.class)
        .hasMessage(
            "Cannot fuse nodes conv (conv), bn (bn): Cannot fuse [torch.nn.Conv2d,"
                + " torch.nn.BatchNorm2d] in training mode, expected evaluation mode");
  }

  @ApiCase("fuse_conv_bn_in_training_mode")
  void fuseConvBnInTrainingMode() {
    assertFusionRefused(() -> QuantizeFx.fuse(inTraining(convolutionWithBatchNorm())));
  }

  @ApiCase("prepare_conv_bn_in_training_mode")
  void prepareConvBnInTrainingMode() {
    assertFusionRefused(() -> QuantizeFx.prepare(inTraining(convolutionWithBatchNorm()), PTQ));
  }

  /** What has no graph is traced first. */
  @ApiCase("fuse_plain_module")
  void fusePlainModule() {
    assertThatThrownBy(() -> QuantizeFx.fuse(new Linear(4, 3)))
        .isExactlyInstanceOf(TraceException.class)
        .hasMessage(
            "Cannot trace module of type torch.nn.Linear: expected a TraceableModule, a Sequential,"
                + " a GraphModule or a leaf of the trace");
  }

  /** The model stays in evaluation mode, with a batch norm that is ready to train. */
  @ApiCase("prepare_qat_conv_bn_in_eval_mode")
  void prepareQatConvBnInEvalMode() {
    GraphModule prepared = QuantizeFx.prepareQat(convolutionWithBatchNorm(), QAT);
    assertThat(GraphModels.targets(prepared))
        .containsExactly("activation_post_process_0", "conv", "activation_post_process_1");
    assertThat(prepared.module("conv").type().name())
        .isEqualTo("torch.ao.nn.intrinsic.qat.ConvBn2d");
    assertThat(prepared.module("conv").isTraining()).isFalse();
    assertThat(prepared.runTensor(random(1, 2, 2, 4, 4)).shape()).isEqualTo(Shape.of(2, 3, 4, 4));
  }

  /** The weight is observed, but not fake-quantized. */
  @ApiCase("prepare_qat_linear_with_ptq_mapping")
  void prepareQatLinearWithPtqMapping() {
    GraphModels g = new GraphModels();
    GraphModule prepared =
        QuantizeFx.prepareQat(g.returning(g.call("fc", new Linear(4, 3), g.input("x"))), PTQ);
    assertThat(prepared.module("fc").type().name()).isEqualTo("torch.ao.nn.qat.Linear");
    assertThat(prepared.module("fc.weight_fake_quant").type().name())
        .isEqualTo("torch.ao.quantization.PerChannelMinMaxObserver");
    assertThat(prepared.module("activation_post_process_0").type().name())
        .isEqualTo("torch.ao.quantization.HistogramObserver");
  }

  /** Types rule it out; left is the map form. */
  @ApiCase("prepare_mapping_is_list")
  void prepareMappingIsList() {
    String expected =
        "expected a map of [, global, object_type, module_name_regex, module_name,"
            + " module_name_object_type_order]";
    assertRefused(
        () -> QConfigMapping.fromMap(List.of()), "Cannot read qconfig mapping: [], " + expected);
    assertRefused(
        () -> QConfigMapping.fromJson("[]"),
        "Cannot parse configuration: [], expected a JSON object");
  }

  /** Types rule it out; left is the map form. */
  @ApiCase("prepare_equalization_is_list")
  void prepareEqualizationIsList() {
    assertRefused(
        () -> EqualizationQConfigMapping.fromMap(List.of(1)),
        "Cannot read equalization qconfig mapping: [1], expected a map of [, global, object_type,"
            + " module_name_regex, module_name, module_name_object_type_order]");
  }

  /** Types rule it out; left is the map form. */
  @ApiCase("prepare_custom_config_is_int")
  void prepareCustomConfigIsInt() {
    assertRefused(
        () -> PrepareCustomConfig.fromMap(3),
        "Cannot read prepare custom config: 3, expected a map of [standalone_module_name,"
            + " standalone_module_class, float_to_observed_custom_module_class,"
            + " non_traceable_module_name, non_traceable_module_class, input_quantized_idxs,"
            + " output_quantized_idxs, preserved_attributes]");
  }

  /** A difference from PyTorch, which ignores the key. */
  @ApiCase("prepare_dict_mapping_unknown_key")
  void prepareDictMappingUnknownKey() throws IOException {
    assertRefused(
        () -> QConfigMapping.fromMap(Map.of("unknown", List.of())),
        "Cannot read qconfig mapping: unknown key 'unknown', expected 'global' or another of [,"
            + " global, module_name, module_name_object_type_order, module_name_regex,"
            + " object_type]");
    assertThat(Files.readAllLines(Path.of("../docs/differences-from-pytorch.md")))
        .contains("### unknown-keys");
  }

  static final class Branching extends TraceableModule {
    @Override
    protected Value forward(Value... inputs) {
      return inputs[0].sum().number() > 0 ? inputs[0] : inputs[0].negated();
    }
  }

  @ApiCase("symbolic_trace_control_flow")
  void symbolicTraceControlFlow() {
    assertThatThrownBy(() -> QuantizeFx.prepare(new Branching(), PTQ))
        .isExactlyInstanceOf(TraceException.class)
        .hasMessageMatching(
            "Cannot read a number of traced value sum_1, made at Branching\\.forward"
                + "\\(PrepareApiTest\\.java:\\d+\\): symbolic tracing knows no values, expected"
                + " control flow that does not depend on inputs, or a module that is left"
                + " untraced");
  }
}
