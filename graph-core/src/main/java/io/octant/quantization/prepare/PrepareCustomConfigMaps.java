package io.octant.quantization.prepare;

import io.octant.graph.ModuleType;
import io.octant.graph.TargetType;
import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.mapform.MapReader;
import io.octant.quantization.mapform.Values;
import io.octant.quantization.qconfig.QConfigMapping;
import io.octant.quantization.qconfig.QuantType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the map form of {@link PrepareCustomConfig}, with PyTorch's keys. A standalone
 * module is a row of five: name or class, qconfig mapping, example inputs, prepare custom config,
 * backend config.
 */
final class PrepareCustomConfigMaps {
  private static final List<String> KEYS =
      List.of(
          "standalone_module_name",
          "standalone_module_class",
          "float_to_observed_custom_module_class",
          "non_traceable_module_name",
          "non_traceable_module_class",
          "input_quantized_idxs",
          "output_quantized_idxs",
          "preserved_attributes");

  private PrepareCustomConfigMaps() {}

  static Map<String, Object> write(PrepareCustomConfig c) {
    Map<String, Object> out = new LinkedHashMap<>();
    List<Object> byName = new ArrayList<>();
    c.standaloneModuleNames().forEach((name, s) -> byName.add(row(name, s)));
    put(out, "standalone_module_name", byName);
    List<Object> byClass = new ArrayList<>();
    c.standaloneModuleClasses().forEach((type, s) -> byClass.add(row(Values.encode(type), s)));
    put(out, "standalone_module_class", byClass);
    Map<String, Object> custom = ModuleTypeMaps.write(c.floatToObserved());
    if (!custom.isEmpty()) {
      out.put("float_to_observed_custom_module_class", custom);
    }
    put(out, "non_traceable_module_name", c.nonTraceableModuleNames());
    put(
        out,
        "non_traceable_module_class",
        c.nonTraceableModuleClasses().stream().map(Values::encode).toList());
    put(out, "input_quantized_idxs", c.inputQuantizedIndexes());
    put(out, "output_quantized_idxs", c.outputQuantizedIndexes());
    put(out, "preserved_attributes", c.preservedAttributes());
    return out;
  }

  private static void put(Map<String, Object> out, String key, List<?> values) {
    if (!values.isEmpty()) {
      out.put(key, values);
    }
  }

  private static List<@Nullable Object> row(Object key, StandaloneModuleConfig s) {
    return new ArrayList<>(
        Arrays.asList(
            key,
            s.qconfigMapping().map(QConfigMapping::toMap).orElse(null),
            s.exampleInputs(),
            s.prepareCustomConfig().map(PrepareCustomConfig::toMap).orElse(null),
            s.backendConfig().map(BackendConfig::toMap).orElse(null)));
  }

  static PrepareCustomConfig read(@Nullable Object map) {
    MapReader in = MapReader.of("prepare custom config", map, KEYS);
    PrepareCustomConfig out =
        PrepareCustomConfig.empty()
            .withNonTraceableModuleNames(in.texts("non_traceable_module_name"))
            .withNonTraceableModuleClasses(
                in.list("non_traceable_module_class").stream()
                    .map(PrepareCustomConfigMaps::moduleType)
                    .toList())
            .withInputQuantizedIndexes(in.integers("input_quantized_idxs"))
            .withOutputQuantizedIndexes(in.integers("output_quantized_idxs"))
            .withPreservedAttributes(in.texts("preserved_attributes"));
    for (List<?> row : in.rows("standalone_module_name", 5)) {
      out = out.withStandaloneModuleName(String.valueOf(row.get(0)), standalone(row));
    }
    for (List<?> row : in.rows("standalone_module_class", 5)) {
      out = out.withStandaloneModuleClass(moduleType(row.get(0)), standalone(row));
    }
    for (Map.Entry<QuantType, Map<ModuleType, ModuleType>> byKind :
        ModuleTypeMaps.read(in.map("float_to_observed_custom_module_class")).entrySet()) {
      for (Map.Entry<ModuleType, ModuleType> e : byKind.getValue().entrySet()) {
        out = out.withFloatToObserved(e.getKey(), e.getValue(), byKind.getKey());
      }
    }
    return out;
  }

  private static StandaloneModuleConfig standalone(List<?> row) {
    if (row.get(2) != null && !(row.get(2) instanceof List<?>)) {
      throw new ConfigurationException(
          "Cannot read standalone module: example inputs " + row.get(2) + ", expected a list");
    }
    return new StandaloneModuleConfig(
        Optional.ofNullable(row.get(1)).map(PrepareCustomConfigMaps::mapping),
        row.get(2) instanceof List<?> inputs ? List.<Object>copyOf(inputs) : List.of(),
        Optional.ofNullable(row.get(3)).map(PrepareCustomConfig::fromMap),
        Optional.ofNullable(row.get(4)).map(PrepareCustomConfigMaps::backend));
  }

  private static QConfigMapping mapping(Object value) {
    if (value instanceof Map<?, ?> map) {
      return QConfigMapping.fromMap(map);
    }
    throw new ConfigurationException(
        "Cannot read standalone module: qconfig mapping " + value + ", expected a map");
  }

  private static BackendConfig backend(Object value) {
    if (value instanceof Map<?, ?> map) {
      return BackendConfig.fromMap(map);
    }
    throw new ConfigurationException(
        "Cannot read standalone module: backend config " + value + ", expected a map");
  }

  private static ModuleType moduleType(@Nullable Object value) {
    TargetType type = value instanceof String s ? new ModuleType(s) : Values.target(value);
    if (type instanceof ModuleType module) {
      return module;
    }
    throw new ConfigurationException(
        "Cannot read prepare custom config: " + value + ", expected a module class");
  }
}
