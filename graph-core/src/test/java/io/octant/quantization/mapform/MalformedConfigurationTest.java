package io.octant.quantization.mapform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.convert.ConvertCustomConfig;
import io.octant.quantization.fuse.FuseCustomConfig;
import io.octant.quantization.prepare.PrepareCustomConfig;
import io.octant.quantization.qconfig.EqualizationQConfigMapping;
import io.octant.quantization.qconfig.QConfigMapping;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong in a configuration is refused with its place; JSON with ' for ". */
class MalformedConfigurationTest {
  private static final String MIN_MAX = "{'ctor': 'torch.ao.quantization.MinMaxObserver'}";
  private static final String QCONFIG =
      "{'activation': " + MIN_MAX + ", 'weight': " + MIN_MAX + "}";
  private static final String LINEAR = "{'class': 'torch.nn.Linear'}";

  private static void assertRefused(Consumer<Map<String, Object>> read, String json, String why) {
    assertThatThrownBy(() -> read.accept(Json.parse(json.replace('\'', '"'))))
        .isExactlyInstanceOf(ConfigurationException.class)
        .hasMessage(why);
  }

  @ParameterizedTest
  @MethodSource
  void mappings(String json, String why) {
    assertRefused(QConfigMapping::fromMap, json, why);
  }

  static Stream<Arguments> mappings() {
    String at = "Cannot read qconfig mapping: ";
    return Stream.of(
        arguments(
            "{'': 'x86'}",
            at + "'': Cannot read qconfig: x86, expected a map of [activation, weight]"),
        arguments(
            "{'': " + QCONFIG + ", 'global': " + QCONFIG + "}",
            at + "both '' and 'global', expected one of them"),
        arguments(
            "{'object_type': {'relu': null}}", at + "object_type={relu=null}, expected a list"),
        arguments(
            "{'object_type': [['relu']]}",
            at + "object_type[0]: [relu], expected a list of 2 entries"),
        arguments(
            "{'object_type': [[5, null]]}",
            at
                + "object_type[0]: Cannot read object type: 5, expected {class}, {function} or"
                + " {method}"),
        arguments("{'module_name': [[3, null]]}", at + "module_name[0]: 3, expected a string"),
        arguments(
            "{'module_name': [['a', null], ['b', null], ['a', null]]}",
            at + "module_name[2]: a is there already, expected it once"),
        arguments(
            "{'module_name_regex': [['(', null]]}",
            "Cannot map module name regex: (, expected a regular expression"),
        arguments(
            "{'module_name_object_type_order': [['a', " + LINEAR + ", 1.5, null]]}",
            at + "module_name_object_type_order[0]: 1.5, expected an integer"),
        arguments(
            "{'module_name_object_type_order': [['a', " + LINEAR + ", -1, null]]}",
            at
                + "module_name_object_type_order[0]: Cannot map use of torch.nn.Linear in 'a': index"
                + " -1, expected one from 0"));
  }

  @ParameterizedTest
  @MethodSource
  void qconfigs(String json, String why) {
    assertRefused(
        QConfigMapping::fromMap, "{'': " + json + "}", "Cannot read qconfig mapping: '': " + why);
  }

  static Stream<Arguments> qconfigs() {
    String at = "Cannot read qconfig: activation: Cannot read observer: ";
    return Stream.of(
        arguments(
            "{'activation': " + MIN_MAX + "}",
            "Cannot read qconfig: [activation], expected a key 'weight'"),
        arguments(activation("3"), at + "3, expected a map of [ctor, kwargs]"),
        arguments(activation("{'ctor': 3}"), at + "ctor: 3, expected a string"),
        arguments(activation("{'kwargs': {}}"), at + "[kwargs], expected a key 'ctor'"),
        arguments(
            activation("{'ctor': 'A', 'kwargs': []}"),
            at + "kwargs: [], expected a map of keywords"),
        arguments(
            activation("{'ctor': 'A', 'kwargs': {'qscheme': {'qscheme': 'torch.per_row'}}}"),
            at
                + "kwargs: Cannot resolve qscheme: torch.per_row, expected one of"
                + " [torch.per_tensor_affine, torch.per_tensor_symmetric, torch.per_channel_affine,"
                + " torch.per_channel_symmetric, torch.per_channel_affine_float_qparams]"),
        arguments(
            activation("{'ctor': 'A', 'kwargs': {'eps': {'float': 'infinity'}}}"),
            at + "kwargs: Cannot read float: infinity, expected nan, inf or -inf"),
        arguments(
            activation("{'ctor': 'A', 'kwargs': {'a': {'dtype': 'torch.qint8', 'b': 1}}}"),
            at
                + "kwargs: Cannot read value: {dtype=torch.qint8, b=1}, expected one of ctor, dtype,"
                + " qscheme, float, tuple"));
  }

  private static String activation(String observer) {
    return "{'activation': " + observer + ", 'weight': " + MIN_MAX + "}";
  }

  @ParameterizedTest
  @MethodSource
  void backends(String json, String why) {
    assertRefused(BackendConfig::fromMap, json, "Cannot read backend config: " + why);
  }

  static Stream<Arguments> backends() {
    String at = "configs[0]: Cannot read backend pattern config: ";
    return Stream.of(
        arguments(
            "{'dtype_config_sets': [1]}",
            "dtype_config_sets[0]: 1, expected a list of dtype configs"),
        arguments("{'name': 1}", "name=1, expected a string"),
        arguments(
            pattern("'dtype_configs': 3"),
            at + "dtype_configs 3, expected an index of the 0 dtype_config_sets"),
        arguments(
            pattern("'dtype_configs': [{'is_dynamic': 'yes'}]"),
            at + "dtype_configs[0]: Cannot read dtype config: is_dynamic=yes, expected a boolean"),
        arguments(
            pattern(
                "'dtype_configs': [{'input_dtype': {'dtype': {'dtype': 'torch.quint8'},"
                    + " 'quant_min_lower_bound': 0.5}}]"),
            at
                + "dtype_configs[0]: Cannot read dtype config: input_dtype: Cannot read dtype"
                + " constraints: quant_min_lower_bound: 0.5, expected an integer"),
        arguments(
            pattern("'observation_type': 'SHARED'"),
            at
                + "observation_type: Cannot resolve observation type: SHARED, expected one of"
                + " [OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT, OUTPUT_SHARE_OBSERVER_WITH_INPUT,"
                + " INPUT_OUTPUT_NOT_OBSERVED]"),
        arguments(
            pattern("'num_tensor_args_to_observation_type': {'two': 'SHARED'}"),
            at
                + "num_tensor_args_to_observation_type.two: Cannot resolve observation type:"
                + " SHARED, expected one of [OUTPUT_USE_DIFFERENT_OBSERVER_AS_INPUT,"
                + " OUTPUT_SHARE_OBSERVER_WITH_INPUT, INPUT_OUTPUT_NOT_OBSERVED]"),
        arguments(
            pattern("'num_tensor_args_to_observation_type': {'two': 'INPUT_OUTPUT_NOT_OBSERVED'}"),
            at + "num_tensor_args_to_observation_type: key two, expected an integer"),
        arguments(
            pattern("'input_type_to_index': {'weight': 'one'}"),
            at + "input_type_to_index.weight: one, expected an integer"),
        arguments(
            pattern("'root_module': {'function': 'torch.add'}"),
            at
                + "root_module: Cannot read module class: {function=torch.add}, expected {class} or a"
                + " name"),
        arguments(
            "{'configs': [{'pattern': {'tuple': [" + LINEAR + "]}}]}",
            at
                + "pattern: Cannot make pattern of 1 operators: [torch.nn.Linear], expected a tuple of"
                + " 2 or 3; larger ones go in the complex format"));
  }

  private static String pattern(String entry) {
    return "{'configs': [{'pattern': " + LINEAR + ", " + entry + "}]}";
  }

  @ParameterizedTest
  @MethodSource
  void prepareOptions(String json, String why) {
    assertRefused(PrepareCustomConfig::fromMap, json, "Cannot read prepare custom config: " + why);
  }

  static Stream<Arguments> prepareOptions() {
    return Stream.of(
        arguments(
            "{'input_quantized_idxs': ['0']}", "input_quantized_idxs[0]: 0, expected an integer"),
        arguments(
            "{'output_quantized_idxs': [0, 1.5]}",
            "output_quantized_idxs[1]: 1.5, expected an integer"),
        arguments("{'preserved_attributes': 'a'}", "preserved_attributes=a, expected a list"),
        arguments(
            "{'non_traceable_module_class': [{'method': 'relu'}]}",
            "non_traceable_module_class[0]: Cannot read module class: {method=relu}, expected"
                + " {class} or a name"),
        arguments(
            "{'standalone_module_name': [['m', null, null, null]]}",
            "standalone_module_name[0]: [m, null, null, null], expected a list of 5 entries"),
        arguments(
            "{'standalone_module_name': [['m', null, 3, null, null]]}",
            "standalone_module_name[0]: example inputs 3, expected a list of inputs"),
        arguments(
            "{'standalone_module_name': [['m', null, null, null, null],"
                + " ['m', null, null, null, null]]}",
            "standalone_module_name[1]: m is there already, expected it once"),
        arguments(
            "{'standalone_module_name': [['m', null, null, null, 'x86']]}",
            "standalone_module_name[0]: Cannot read backend config: x86, expected a map of [name,"
                + " backend_name, dtype_config_sets, configs]"),
        arguments(
            "{'float_to_observed_custom_module_class': {'static': {'A': 3}}}",
            "float_to_observed_custom_module_class: Cannot read custom module classes: static.A:"
                + " Cannot read module class: 3, expected {class} or a name"));
  }

  @Test
  void customModulesAreStaticOnly() {
    assertThatThrownBy(
            () ->
                PrepareCustomConfig.fromMap(
                    Map.of(
                        "float_to_observed_custom_module_class",
                        Map.of("dynamic", Map.of("A", "B")))))
        .hasMessage("Cannot map custom modules {A=B} for dynamic, expected static");
    assertThatThrownBy(
            () -> PrepareCustomConfig.fromMap(Map.of("input_quantized_idxs", new int[0])))
        .isExactlyInstanceOf(ConfigurationException.class)
        .hasMessageEndingWith(", expected a list");
  }

  @Test
  void otherOptions() {
    assertRefused(
        ConvertCustomConfig::fromMap,
        "{'observed_to_quantized_custom_module_class': {'static': []}}",
        "Cannot read convert custom config: observed_to_quantized_custom_module_class: Cannot read"
            + " custom module classes: static=[], expected a map");
    assertRefused(
        FuseCustomConfig::fromMap,
        "{'preserve_attributes': []}",
        "Cannot read fuse custom config: unknown key 'preserve_attributes', expected"
            + " 'preserved_attributes' or another of [preserved_attributes]");
    assertRefused(
        EqualizationQConfigMapping::fromMap,
        "{'global': {'activation': " + MIN_MAX + ", 'weight': " + MIN_MAX + "}}",
        "Cannot read equalization qconfig mapping: global: Cannot read equalization qconfig: unknown"
            + " key 'activation', expected 'input_activation' or another of [input_activation,"
            + " weight]");
  }

  @ParameterizedTest
  @MethodSource
  void texts(String json, String why) {
    assertRefused(QConfigMapping::fromMap, json, "Cannot parse configuration: " + why);
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        arguments("3", "3, expected a JSON object"),
        arguments("null", "null, expected a JSON object"),
        arguments(
            "{'module_name': [], 'module_name': []}",
            "Duplicate field 'module_name', expected a JSON object"),
        arguments("", "No content to map due to end-of-input, expected a JSON object"));
  }

  /** null stands for an entry that is not there. */
  @Test
  void nullIsAbsence() {
    assertThat(QConfigMapping.fromJson("{\"\": null, \"module_name\": null}"))
        .isEqualTo(QConfigMapping.empty());
  }
}
