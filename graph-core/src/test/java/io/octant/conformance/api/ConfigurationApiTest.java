package io.octant.conformance.api;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.octant.OctantException;
import io.octant.graph.ModuleType;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.backend.BackendPatternConfig;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.observer.ObserverSpec;
import io.octant.quantization.prepare.PrepareCustomConfig;
import io.octant.quantization.prepare.PrepareException;
import io.octant.quantization.qconfig.QConfig;
import io.octant.quantization.qconfig.QConfigs;
import io.octant.quantization.qconfig.QuantType;
import io.octant.reference.quantized.QuantizedEngine;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Building configurations, and reading their map form. */
class ConfigurationApiTest {
  private static void assertRefused(Runnable call, String message) {
    assertThatThrownBy(call::run)
        .isExactlyInstanceOf(ConfigurationException.class)
        .hasMessage(message);
  }

  @ApiCase("backend_config_bad_entry")
  void backendConfigBadEntry() {
    assertRefused(
        () -> BackendConfig.fromMap(Map.of("name", "b", "configs", List.of(1))),
        "Cannot read backend config: configs[0]: Cannot read backend pattern config: 1, expected a"
            + " map of [pattern, observation_type, dtype_configs, root_module, qat_module,"
            + " reference_quantized_module_for_root, fused_module, fuser_method, root_node_getter,"
            + " extra_inputs_getter, num_tensor_args_to_observation_type, input_type_to_index,"
            + " pattern_complex_format]");
  }

  /** A pattern is required here, so that the call of the case has two faults. */
  @ApiCase("backend_pattern_bad_dtype_config")
  void backendPatternBadDTypeConfig() {
    assertRefused(
        () -> BackendPatternConfig.fromMap(Map.of("dtype_configs", List.of(1))),
        "Cannot read backend pattern config: neither of pattern and pattern_complex_format,"
            + " expected either pattern or pattern_complex_format");
    assertRefused(
        () ->
            BackendPatternConfig.fromMap(
                Map.of("pattern", Map.of("class", "a"), "dtype_configs", List.of(1))),
        "Cannot read backend pattern config: dtype_configs[0]: Cannot read dtype config: 1,"
            + " expected a map of [input_dtype, output_dtype, weight_dtype, bias_dtype,"
            + " is_dynamic]");
  }

  @ApiCase("default_qconfig_unknown_backend")
  void defaultQConfigUnknownBackend() {
    assertThatThrownBy(() -> QConfigs.ptq(QuantizedEngine.of("bogus")))
        .isExactlyInstanceOf(OctantException.class)
        .hasMessage(
            "Cannot resolve quantized engine: bogus, expected one of [x86, fbgemm, onednn, qnnpack]");
  }

  @ApiCase("default_qconfig_unknown_version")
  void defaultQConfigUnknownVersion() {
    assertRefused(
        () -> QConfigs.ptq(QuantizedEngine.X86, 5),
        "Cannot choose default qconfig: version 5 is not supported, expected 0");
  }

  @ApiCase("float_to_observed_dynamic")
  void floatToObservedDynamic() {
    assertThatThrownBy(
            () ->
                PrepareCustomConfig.empty()
                    .withFloatToObserved(
                        new ModuleType("A"), new ModuleType("B"), QuantType.DYNAMIC))
        .isExactlyInstanceOf(PrepareException.class)
        .hasMessage("Cannot map custom modules {A=B} for dynamic, expected static");
  }

  private static void assertStandaloneRefused(Object mapping, Object custom, String message) {
    assertRefused(
        () ->
            PrepareCustomConfig.fromMap(
                Map.of(
                    "standalone_module_name",
                    List.of(Arrays.asList("m", mapping, List.of(), custom, null)))),
        "Cannot read prepare custom config: standalone_module_name[0]: " + message);
  }

  @ApiCase("prepare_custom_dict_bad_qconfig")
  void prepareCustomDictBadQConfig() {
    assertStandaloneRefused(
        1,
        null,
        "Cannot read qconfig mapping: 1, expected a map of [, global, object_type,"
            + " module_name_regex, module_name, module_name_object_type_order]");
  }

  @ApiCase("prepare_custom_dict_bad_child")
  void prepareCustomDictBadChild() {
    assertStandaloneRefused(
        null,
        1,
        "Cannot read prepare custom config: 1, expected a map of [standalone_module_name,"
            + " standalone_module_class, float_to_observed_custom_module_class,"
            + " non_traceable_module_name, non_traceable_module_class, input_quantized_idxs,"
            + " output_quantized_idxs, preserved_attributes]");
  }

  @ApiCase("prepare_custom_dict_bad_quant_type")
  void prepareCustomDictBadQuantType() {
    assertRefused(
        () ->
            PrepareCustomConfig.fromMap(
                Map.of("float_to_observed_custom_module_class", Map.of("bogus", Map.of()))),
        "Cannot read prepare custom config: float_to_observed_custom_module_class: Cannot read"
            + " custom module classes: unknown key 'bogus', expected 'qat' or another of [dynamic,"
            + " qat, static, weight_only]");
  }

  /** A qconfig takes specs only; an observer can get into its map form. */
  @ApiCase("qconfig_with_instance")
  void qconfigWithInstance() {
    ObserverSpec minMax = ObserverSpec.of("torch.ao.quantization.MinMaxObserver");
    assertRefused(
        () -> QConfig.fromMap(Map.of("activation", minMax.create(), "weight", minMax)),
        "Cannot read qconfig: activation: Cannot read observer: an instance of"
            + " torch.ao.quantization.MinMaxObserver, expected its class: {ctor, kwargs}");
  }
}
