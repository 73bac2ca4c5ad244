package io.octant.quantization.convert;

import io.octant.NearestNames;
import io.octant.graph.GraphModule;
import io.octant.graph.ModuleType;
import io.octant.quantization.fuse.PreservedAttributes;
import io.octant.quantization.mapform.MapReader;
import io.octant.quantization.prepare.ModuleTypeMaps;
import io.octant.quantization.qconfig.QuantType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Options of convert; {@code torch.ao.quantization.fx.custom_config.ConvertCustomConfig}.
 * Immutable.
 *
 * @param observedToQuantized custom modules: the quantized type that takes the place of an observed
 *     type
 * @param preservedAttributes attributes of the root that survive although the graph does not use
 *     them
 */
public record ConvertCustomConfig(
    Map<QuantType, Map<ModuleType, ModuleType>> observedToQuantized,
    List<String> preservedAttributes) {
  private static final List<String> KEYS =
      List.of("observed_to_quantized_custom_module_class", "preserved_attributes");

  public ConvertCustomConfig {
    observedToQuantized = Collections.unmodifiableMap(new LinkedHashMap<>(observedToQuantized));
    preservedAttributes = List.copyOf(preservedAttributes);
  }

  /** No options. */
  public static ConvertCustomConfig empty() {
    return new ConvertCustomConfig(Map.of(), List.of());
  }

  /** {@code set_observed_to_quantized_mapping}. */
  public ConvertCustomConfig withObservedToQuantized(
      ModuleType observedType, ModuleType quantizedType, QuantType kind) {
    Map<QuantType, Map<ModuleType, ModuleType>> out = new LinkedHashMap<>(observedToQuantized);
    Map<ModuleType, ModuleType> types = new LinkedHashMap<>(out.getOrDefault(kind, Map.of()));
    types.put(observedType, quantizedType);
    out.put(kind, types);
    return new ConvertCustomConfig(out, preservedAttributes);
  }

  /** {@code set_preserved_attributes}. */
  public ConvertCustomConfig withPreservedAttributes(List<String> names) {
    return new ConvertCustomConfig(observedToQuantized, names);
  }

  /** The kind and type of the quantized form of an observed module. */
  public Optional<Map.Entry<QuantType, ModuleType>> quantizedType(ModuleType observedType) {
    for (Map.Entry<QuantType, Map<ModuleType, ModuleType>> e : observedToQuantized.entrySet()) {
      ModuleType found = e.getValue().get(observedType);
      if (found != null) {
        return Optional.of(Map.entry(e.getKey(), found));
      }
    }
    return Optional.empty();
  }

  /**
   * A warning for each observed type that no module of a prepared model has, and for each preserved
   * attribute that it lacks, with the nearest that there is.
   */
  List<String> unusedEntries(GraphModule prepared) {
    Set<String> types = new TreeSet<>();
    prepared.forEachModule((path, module) -> types.add(module.type().name()));
    List<String> out = new ArrayList<>();
    for (Map<ModuleType, ModuleType> mapping : observedToQuantized.values()) {
      for (ModuleType observed : mapping.keySet()) {
        if (!types.contains(observed.name())) {
          out.add(
              KEYS.get(0)
                  + " "
                  + observed.name()
                  + " fits nothing in the model"
                  + NearestNames.suffix(observed.name(), types));
        }
      }
    }
    out.addAll(PreservedAttributes.unknown(prepared, preservedAttributes));
    return out;
  }

  /** The map form, PyTorch's {@code to_dict}. */
  public Map<String, Object> toMap() {
    Map<String, Object> out = new LinkedHashMap<>();
    if (!observedToQuantized.isEmpty()) {
      out.put(KEYS.get(0), ModuleTypeMaps.write(observedToQuantized));
    }
    if (!preservedAttributes.isEmpty()) {
      out.put(KEYS.get(1), preservedAttributes);
    }
    return out;
  }

  /**
   * Reads {@link #toMap}.
   *
   * @throws io.octant.quantization.mapform.ConfigurationException naming the key at fault; an
   *     unknown key is an error, unlike in PyTorch
   */
  public static ConvertCustomConfig fromMap(@Nullable Object map) {
    MapReader in = MapReader.of("convert custom config", map, KEYS);
    return new ConvertCustomConfig(
        in.value(KEYS.get(0), ModuleTypeMaps::read).orElse(Map.of()), in.texts(KEYS.get(1)));
  }
}
