package io.octant.quantization.prepare;

import io.octant.graph.ModuleType;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.qconfig.QuantType;
import java.util.LinkedHashMap;
import java.util.Map;

/** The map form of custom module mappings: {@code {"static": {float type: observed type}}}. */
public final class ModuleTypeMaps {
  private ModuleTypeMaps() {}

  public static Map<String, Object> write(Map<QuantType, Map<ModuleType, ModuleType>> mapping) {
    Map<String, Object> out = new LinkedHashMap<>();
    mapping.forEach(
        (kind, types) -> {
          Map<String, Object> names = new LinkedHashMap<>();
          types.forEach((from, to) -> names.put(from.name(), to.name()));
          out.put(kind.key(), names);
        });
    return out;
  }

  /**
   * Reads {@link #write}.
   *
   * @throws ConfigurationException for an unknown kind, or an entry that is no map
   */
  public static Map<QuantType, Map<ModuleType, ModuleType>> read(Map<?, ?> map) {
    Map<QuantType, Map<ModuleType, ModuleType>> out = new LinkedHashMap<>();
    map.forEach(
        (kind, types) -> {
          if (!(types instanceof Map<?, ?> names)) {
            throw new ConfigurationException(
                "Cannot read custom modules of " + kind + ": " + types + ", expected a map");
          }
          Map<ModuleType, ModuleType> converted = new LinkedHashMap<>();
          names.forEach(
              (from, to) ->
                  converted.put(
                      new ModuleType(String.valueOf(from)), new ModuleType(String.valueOf(to))));
          out.put(QuantType.of(String.valueOf(kind)), converted);
        });
    return out;
  }
}
