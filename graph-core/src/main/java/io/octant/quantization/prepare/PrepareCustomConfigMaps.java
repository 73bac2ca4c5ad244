package io.octant.quantization.prepare;

import io.octant.quantization.backend.BackendConfig;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.mapform.MapReader;
import io.octant.quantization.mapform.Scalars;
import io.octant.quantization.mapform.Values;
import io.octant.quantization.qconfig.QConfigMapping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    return new PrepareCustomConfig(
        in.table(
            "standalone_module_name",
            5,
            row -> Scalars.text(row.get(0)),
            PrepareCustomConfigMaps::standalone),
        in.table(
            "standalone_module_class",
            5,
            row -> Values.moduleType(row.get(0)),
            PrepareCustomConfigMaps::standalone),
        in.value("float_to_observed_custom_module_class", ModuleTypeMaps::read).orElse(Map.of()),
        in.texts("non_traceable_module_name"),
        in.each("non_traceable_module_class", Values::moduleType),
        in.integers("input_quantized_idxs"),
        in.integers("output_quantized_idxs"),
        in.texts("preserved_attributes"));
  }

  private static StandaloneModuleConfig standalone(List<?> row) {
    return new StandaloneModuleConfig(
        optional(row.get(1)).map(QConfigMapping::fromMap),
        exampleInputs(row.get(2)),
        optional(row.get(3)).map(PrepareCustomConfig::fromMap),
        optional(row.get(4)).map(BackendConfig::fromMap));
  }

  private static Optional<Object> optional(@Nullable Object value) {
    return Optional.ofNullable(value);
  }

  private static List<Object> exampleInputs(@Nullable Object value) {
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> inputs && inputs.stream().noneMatch(Objects::isNull)) {
      return List.copyOf(inputs);
    }
    throw new ConfigurationException("example inputs " + value + ", expected a list of inputs");
  }
}
