package io.octant.quantization.backend;

import io.octant.graph.ModuleType;
import io.octant.graph.TargetType;
import io.octant.quantization.backend.BackendPatternConfig.Builder;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.mapform.MapReader;
import io.octant.quantization.mapform.Scalars;
import io.octant.quantization.mapform.Values;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads and writes the map form of a pattern configuration. */
final class PatternConfigMaps {
  private static final List<String> KEYS =
      List.of(
          "pattern",
          "observation_type",
          "dtype_configs",
          "root_module",
          "qat_module",
          "reference_quantized_module_for_root",
          "fused_module",
          "fuser_method",
          "root_node_getter",
          "extra_inputs_getter",
          "num_tensor_args_to_observation_type",
          "input_type_to_index",
          "pattern_complex_format");

  private PatternConfigMaps() {}

  static Map<String, Object> write(BackendPatternConfig c) {
    Map<String, Object> out = new LinkedHashMap<>();
    c.sequence().ifPresent(types -> out.put("pattern", sequence(types)));
    out.put("observation_type", c.observationType().name());
    out.put("dtype_configs", c.dtypeConfigs().stream().map(DTypeConfig::toMap).toList());
    put(out, "root_module", c.rootModule());
    put(out, "qat_module", c.qatModule());
    put(out, "reference_quantized_module_for_root", c.referenceQuantizedModule());
    put(out, "fused_module", c.fusedModule());
    c.fuserMethod().ifPresent(f -> out.put("fuser_method", f));
    c.rootNodeGetter().ifPresent(g -> out.put("root_node_getter", g.name()));
    c.extraInputsGetter().ifPresent(g -> out.put("extra_inputs_getter", g.name()));
    if (!c.numTensorArgsToObservationType().isEmpty()) {
      Map<String, Object> byCount = new TreeMap<>();
      c.numTensorArgsToObservationType().forEach((n, t) -> byCount.put("" + n, t.name()));
      out.put("num_tensor_args_to_observation_type", byCount);
    }
    if (!c.inputTypeToIndex().isEmpty()) {
      out.put("input_type_to_index", new TreeMap<>(c.inputTypeToIndex()));
    }
    if (c.sequence().isEmpty()) {
      out.put("pattern_complex_format", c.pattern().toMap());
    }
    return out;
  }

  private static Object sequence(List<TargetType> types) {
    return types.size() == 1
        ? Values.encode(types.get(0))
        : Map.of("tuple", types.stream().map(Values::encode).toList());
  }

  private static void put(Map<String, Object> out, String key, Optional<ModuleType> type) {
    type.ifPresent(t -> out.put(key, t.name()));
  }

  /**
   * @param dtypeConfigSets what an integer under dtype_configs is an index into
   */
  static BackendPatternConfig read(@Nullable Object map, List<List<DTypeConfig>> dtypeConfigSets) {
    MapReader in = MapReader.of("backend pattern config", map, KEYS);
    Builder out = builder(in);
    in.value("observation_type", ObservationType::read).ifPresent(out::observationType);
    dtypeConfigs(in, dtypeConfigSets).forEach(out::dtypeConfig);
    in.value("root_module", Values::moduleType).ifPresent(out::rootModule);
    in.value("qat_module", Values::moduleType).ifPresent(out::qatModule);
    in.value("reference_quantized_module_for_root", Values::moduleType)
        .ifPresent(out::referenceQuantizedModule);
    in.value("fused_module", Values::moduleType).ifPresent(out::fusedModule);
    in.text("fuser_method").ifPresent(out::fuserMethod);
    in.value("root_node_getter", NodeGetters::read).ifPresent(out::rootNodeGetter);
    in.value("extra_inputs_getter", NodeGetters::read).ifPresent(out::extraInputsGetter);
    in.entries("num_tensor_args_to_observation_type", ObservationType::read)
        .forEach((n, type) -> out.observationType(tensorArgs(n), type));
    in.entries("input_type_to_index", Scalars::integer).forEach(out::inputIndex);
    return out.build();
  }

  private static int tensorArgs(String count) {
    try {
      return Integer.parseInt(count);
    } catch (NumberFormatException e) {
      throw new ConfigurationException(
          "Cannot read backend pattern config: num_tensor_args_to_observation_type: key "
              + count
              + ", expected an integer",
          e);
    }
  }

  private static Builder builder(MapReader in) {
    if (in.has("pattern") == in.has("pattern_complex_format")) {
      throw new ConfigurationException(
          "Cannot read backend pattern config: "
              + (in.has("pattern") ? "both" : "neither")
              + " of pattern and pattern_complex_format, expected either pattern or"
              + " pattern_complex_format");
    }
    return in.value("pattern_complex_format", Pattern::fromMap)
        .map(BackendPatternConfig::builder)
        .orElseGet(() -> in.require("pattern", PatternConfigMaps::sequence));
  }

  private static Builder sequence(Object pattern) {
    if (pattern instanceof Map<?, ?> map && map.get("tuple") instanceof List<?> items) {
      return BackendPatternConfig.builder(items.stream().map(Values::target).toList());
    }
    return BackendPatternConfig.builder(Values.target(pattern));
  }

  private static List<DTypeConfig> dtypeConfigs(
      MapReader in, List<List<DTypeConfig>> dtypeConfigSets) {
    if (in.find("dtype_configs") instanceof Number index) {
      if (index.intValue() < 0 || index.intValue() >= dtypeConfigSets.size()) {
        throw new ConfigurationException(
            "Cannot read backend pattern config: dtype_configs "
                + index
                + ", expected an index of the "
                + dtypeConfigSets.size()
                + " dtype_config_sets");
      }
      return dtypeConfigSets.get(index.intValue());
    }
    return in.each("dtype_configs", DTypeConfig::fromMap);
  }
}
