package io.octant.conformance.api;

import static io.octant.quantization.GraphModels.random;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.graph.GraphModule;
import io.octant.nn.linear.Linear;
import io.octant.quantization.GraphModels;
import io.octant.quantization.QuantizeFx;
import io.octant.quantization.convert.ConvertCustomConfig;
import io.octant.quantization.convert.ConvertException;
import io.octant.quantization.convert.ConvertOptions;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.qconfig.DefaultQConfigMappings;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.quantization.report.QuantizationReport;
import io.octant.reference.quantized.QuantizedEngine;
import io.octant.tensor.Tensor;

/** Converting. */
class ConvertApiTest {
  private static final QConfigMapping MAPPING = DefaultQConfigMappings.ptq(QuantizedEngine.X86);

  private static GraphModule linear() {
    GraphModels g = new GraphModels();
    return g.returning(g.call("fc", new Linear(4, 3), g.input("x")));
  }

  private static GraphModule calibrated() {
    GraphModule prepared = QuantizeFx.prepare(linear(), MAPPING);
    prepared.run(random(1, 2, 4));
    return prepared;
  }

  /** Types rule it out; left is the map form. */
  @ApiCase("convert_custom_config_is_int")
  void convertCustomConfigIsInt() {
    assertThatThrownBy(() -> ConvertCustomConfig.fromMap(5))
        .isExactlyInstanceOf(ConfigurationException.class)
        .hasMessage(
            "Cannot read convert custom config: 5, expected a map of"
                + " [observed_to_quantized_custom_module_class, preserved_attributes]");
  }

  /** Entries that prepare did not have change nothing. */
  @ApiCase("convert_mapping_extra_key")
  void convertMappingExtraKey() {
    QConfigMapping extended = MAPPING.withModuleName("elsewhere", QConfigs.DEFAULT);
    GraphModule prepared = calibrated();
    GraphModule converted =
        QuantizeFx.convert(prepared, ConvertOptions.lowered().withQConfigMapping(extended));
    assertThat(converted).hasToString(QuantizeFx.convert(prepared).toString());
    assertThat(converted.module("fc").type().name()).isEqualTo("torch.ao.nn.quantized.Linear");
  }

  /** Only a graph can be passed; what is left to refuse is one that was not prepared. */
  @ApiCase("convert_plain_module")
  void convertPlainModule() {
    assertThatThrownBy(() -> QuantizeFx.convert(linear()))
        .isExactlyInstanceOf(ConvertException.class)
        .hasMessage(
            "Cannot convert model: it carries no prepared state, expected one that must be produced"
                + " by prepare");
  }

  @ApiCase("convert_uncalibrated")
  void convertUncalibrated() {
    GraphModule converted = QuantizeFx.convert(QuantizeFx.prepare(linear(), MAPPING));
    assertThat(converted.tensor("fc_input_scale_0")).isEqualTo(Tensor.scalar(1.0f));
    assertThat(converted.tensor("fc_input_zero_point_0").doubleAt(0)).isZero();
    assertThat(converted.module("fc").hyperparameters())
        .containsEntry("scale", 1.0)
        .containsEntry("zero_point", 0L);
    assertThat(converted.attachment(QuantizationReport.class).orElseThrow().warnings())
        .containsExactly(
            "activation_post_process_0 after x: Nothing was observed: scale 1 and zero point 0 stand"
                + " in for real parameters",
            "activation_post_process_1 after fc: Nothing was observed: scale 1 and zero point 0"
                + " stand in for real parameters");
  }
}
