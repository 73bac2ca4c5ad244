package io.octant.quantization.prepare;

import io.octant.graph.ModuleType;
import io.octant.quantization.mapform.ConfigurationException;
import io.octant.quantization.mapform.MapReader;
import io.octant.quantization.mapform.Values;
import io.octant.quantization.qconfig.QuantType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The map form of custom module mappings: {@code {"static": {float type: observed type}}}. */
public final class ModuleTypeMaps {
  private ModuleTypeMaps() {}

  /** The map form, type names in place of types. */
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
   * @throws ConfigurationException for an unknown kind, or an entry that is no map of class names
   */
  public static Map<QuantType, Map<ModuleType, ModuleType>> read(@Nullable Object map) {
    MapReader in =
        MapReader.of(
            "custom module classes",
            map,
            Arrays.stream(QuantType.values()).map(QuantType::key).toList());
    Map<QuantType, Map<ModuleType, ModuleType>> out = new LinkedHashMap<>();
    for (QuantType kind : QuantType.values()) {
      if (in.has(kind.key())) {
        Map<ModuleType, ModuleType> types = new LinkedHashMap<>();
        in.entries(kind.key(), Values::moduleType)
            .forEach((from, to) -> types.put(new ModuleType(from), to));
        out.put(kind, types);
      }
    }
    return out;
  }
}
